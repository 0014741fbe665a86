//! Logs: a readable sentence with named fields, as text or JSON, on standard error. Metrics: numbers for Prometheus.

pub mod metrics;

use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts logging as the settings say.
///
/// # Errors
/// A sentence when the `log` setting is no filter.
pub fn start(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| format!("log = {:?}: {error}", config.log))?;
    // The client for RabbitMQ says on its own what the bus says better. A message that the broker returned it would log as a
    // whole, with the token in it, and that it must not whatever the setting.
    let mut quiet = vec!["lapin::returned_messages=error"];
    if !config.log.contains("lapin") {
        quiet.push("lapin=off");
    }
    let quiet = quiet.into_iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, EnvFilter::add_directive);
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log_format.as_str() {
        "json" => logs.json().flatten_event(true).try_init(),
        _ => logs.try_init(),
    };
    started.map_err(|error| error.to_string())
}
