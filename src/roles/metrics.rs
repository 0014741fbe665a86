//! What Prometheus is told by a process that answers nobody else: setting `metrics_listen`.

use std::sync::Arc;

use anyhow::Context as _;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::config::Config;
use crate::http::{self, Metrics, Observe};
use crate::telemetry;

/// Begins to count.
///
/// # Errors
/// When something else counts already.
pub fn count(role: &'static str) -> anyhow::Result<PrometheusHandle> {
    telemetry::metrics::start(role).map_err(anyhow::Error::msg)
}

/// What was counted, for whom the settings name.
///
/// # Errors
/// When a setting cannot be read.
pub fn told(config: &Config, recorded: PrometheusHandle) -> anyhow::Result<Metrics> {
    Ok(Metrics { recorded, allow: config.metrics_readers().map_err(anyhow::Error::msg)?.into() })
}

/// Answers Prometheus where the settings say, if they do, until what it returns is dropped.
///
/// # Errors
/// When the port is taken or forbidden, with what to do.
pub async fn serve(
    config: &Config,
    recorded: PrometheusHandle,
    observe: Observe,
) -> anyhow::Result<Option<AbortOnDropHandle<()>>> {
    let Some(address) = config.metrics_address().map_err(anyhow::Error::msg)? else { return Ok(None) };
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: set metrics_listen to a free address"))?;
    let router = told(config, recorded)?.router(observe);
    let served = http::serve(listener, router, http::Patience::default(), CancellationToken::new());
    Ok(Some(AbortOnDropHandle::new(tokio::spawn(served))))
}

/// Nothing is to be looked up beside what was counted.
pub fn nothing() -> Observe {
    Arc::new(|| Box::pin(std::future::ready(())))
}
