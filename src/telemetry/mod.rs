//! Logs: a readable sentence with named fields, as text or JSON, on standard error. The audit's records: in a file. Metrics:
//! numbers for Prometheus.

pub mod audit;
pub mod metrics;

use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::config::Config;
use crate::http::audit::TARGET;

/// Starts logging as the settings say.
///
/// # Errors
/// A sentence when the `log` setting is no filter.
pub fn start(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("log = {:?}: {error}", config.log))?;
    let logs = fmt::layer().with_writer(std::io::stderr);
    let logs = match config.log_format.as_str() {
        "json" => logs.json().flatten_event(true).boxed(),
        _ => logs.boxed(),
    };
    // Records are for those who may read them.
    let logs = logs.with_filter(filter).with_filter(filter_fn(|metadata| metadata.target() != TARGET));
    let records =
        audit::AuditFile::at(config.audit_file()).with_filter(filter_fn(|metadata| metadata.target() == TARGET));
    tracing_subscriber::registry().with(logs).with(records).try_init().map_err(|error| error.to_string())
}
