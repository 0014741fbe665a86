//! Logs: a readable sentence with named fields, as text or JSON, on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts logging as the settings say.
///
/// # Errors
/// A sentence when the `log` setting is no filter.
pub fn start(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("log = {:?}: {error}", config.log))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format.as_str() {
        "json" => logs.json().flatten_event(true).try_init(),
        _ => logs.try_init(),
    };
    started.map_err(|error| error.to_string())
}
