//! Numbers for Prometheus. Each part counts what is its own, and says there what it means.

use std::time::Duration;

use metrics::{describe_gauge, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::{agent, bus, control, http};

const BUILD: &str = "arcus_build_info";
/// How often what was measured is put into its buckets, should nobody ask for it.
const UPKEEP: Duration = Duration::from_secs(5);
/// From an answer out of memory to a client that gives up.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// A launch fetches an image and starts a guest.
const LAUNCH_SECONDS: [f64; 10] = [0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 600.0];

/// Begins to count in this process, which runs as this role. Call it within the runtime, before anything is counted.
///
/// # Errors
/// A sentence when something else counts already.
pub fn start(role: &'static str) -> Result<PrometheusHandle, String> {
    let recorder = recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| error.to_string())?;
    describe();
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION"), "role" => role).set(1.0);
    tokio::spawn({
        let handle = handle.clone();
        async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                handle.run_upkeep();
            }
        }
    });
    Ok(handle)
}

/// What counts.
pub fn recorder() -> PrometheusRecorder {
    let launches = Matcher::Prefix("arcus_launch_duration".to_owned());
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS);
    let builder = builder.and_then(|builder| builder.set_buckets_for_metric(launches, &LAUNCH_SECONDS));
    builder.expect("there are buckets").build_recorder()
}

/// Says what every number means.
pub fn describe() {
    describe_gauge!(BUILD, "1, with the version of Arcus and the role of this process");
    agent::meter::describe();
    bus::meter::describe();
    control::meter::describe();
    http::describe_metrics();
}
