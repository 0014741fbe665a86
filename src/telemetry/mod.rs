//! Logs: a readable sentence with named fields, as text or JSON, on standard error. The audit's records: in a file. Metrics:
//! numbers for Prometheus. Traces: for a collector of OpenTelemetry's.

pub mod audit;
pub mod metrics;
mod traces;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

use opentelemetry_sdk::trace::Tracer;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::filter::{Directive, FilterExt as _, LevelFilter, filter_fn};
use tracing_subscriber::layer::{Filter, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use self::audit::AuditFile;
pub use self::traces::Traces;
use crate::bus::trace;
use crate::config::Config;
use crate::http;

/// Starts logging as the settings say, and tracing if this process has a role that lasts. Traces are sent by `runtime` as long
/// as what it returns is there.
///
/// # Errors
/// A sentence that names the setting at fault.
pub fn start(config: &Config, role: Option<&'static str>, runtime: &Handle) -> Result<Option<Traces>, String> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("log = {:?}: {error}", config.log))?;
    let filter = quiet(&config.log).into_iter().fold(filter, EnvFilter::add_directive);
    let logs = fmt::layer().with_writer(std::io::stderr);
    let logs = match config.log_format.as_str() {
        "json" => logs.json().flatten_event(true).boxed(),
        _ => logs.boxed(),
    };
    // Records are for those who may read them, and spans of traces for the collector.
    let others = filter_fn(|metadata| ![http::audit::TARGET, trace::TARGET].contains(&metadata.target()));
    let logs = logs.with_filter(filter.and(others.with_max_level_hint(LevelFilter::TRACE)));
    let records = AuditFile::at(config.audit_file()).with_filter(only(http::audit::TARGET));
    let traces = role.filter(|_| !config.otlp_endpoint.is_empty());
    let traces =
        traces.map(|role| Traces::to(&config.otlp_endpoint, role, &config.host, runtime.clone())).transpose()?;
    let spans = traces.as_ref().map(|traces| spans(traces.tracer()).with_filter(only(trace::TARGET)));
    let subscriber = tracing_subscriber::registry().with(logs).with(records).with(spans);
    subscriber.try_init().map_err(|error| error.to_string())?;
    Ok(traces)
}

/// The client for RabbitMQ says on its own what the bus says better. A message that the broker returned it would log as a
/// whole, with the token in it, and that it must not whatever the setting. That a table of migrations is there already is no
/// news of PostgreSQL's.
fn quiet(log: &str) -> Vec<Directive> {
    let mut quiet = vec!["lapin::returned_messages=error", "sqlx::postgres::notice=warn"];
    if !log.contains("lapin") {
        quiet.push("lapin=off");
    }
    quiet.into_iter().filter_map(|directive| directive.parse().ok()).collect()
}

fn only<S>(target: &'static str) -> impl Filter<S> {
    filter_fn(move |metadata| metadata.target() == target).with_max_level_hint(LevelFilter::INFO)
}

/// Makes spans of traces for a tracer.
fn spans<S>(tracer: Tracer) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_level(false)
        .with_tracked_inactivity(false)
}
