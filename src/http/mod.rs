//! What speaks HTTP: OpenStack's REST APIs, the dashboard, live events, the console's WebSocket.
//!
//! Everything is on one port. REST paths know tokens and no cookies; the dashboard's paths know cookies and no tokens,
//! so that no page of another site can act through somebody's browser.

mod assets;
pub mod audit;
mod base;
mod caller;
pub mod classic;
mod console;
mod events;
mod failure;
mod meter;
mod metrics;
mod openstack;
mod origin;
mod pages;
mod patience;
mod proxy;
mod query;
mod request_id;
mod security;
mod serve;
mod session_store;
mod site;
mod state;
mod trace;
mod upload;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use ipnet::IpNet;
use tokio_util::sync::CancellationToken;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::timeout::RequestBodyTimeoutLayer;

pub use self::meter::describe as describe_metrics;
pub use self::metrics::{Metrics, Observe, observer};
pub use self::patience::Patience;
pub use self::serve::serve;
use crate::control::Services;
use state::AppState;

/// The most bytes of a request that is no upload; user data of 16 KiB is the largest thing that people send.
const MAX_BODY: usize = 256 * 1024;

/// What the HTTP layer needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site directory: `pkg/` (browser half, CSS), `novnc/`, static files.
    pub assets: PathBuf,
    /// Whether cookies get the `Secure` attribute (set behind TLS).
    pub secure_cookies: bool,
    /// How long clients may take.
    pub patience: Patience,
    /// Cancelled when the server stops: open event streams and consoles end then, so that stopping need not wait.
    pub stopping: CancellationToken,
    /// Whose word on the client counts.
    pub trusted_proxies: Arc<[IpNet]>,
    /// What Prometheus is told.
    pub metrics: Metrics,
}

/// Everything on one port. Serve it with connect info, so that sign-ins are throttled by address too.
pub fn router(services: Services, settings: Settings) -> Router {
    let trusted = settings.trusted_proxies.clone();
    let silence = settings.patience.silence;
    let metrics = settings.metrics.clone().router(metrics::observer(&services));
    let state = AppState::new(services, settings);
    // A stream of news must not wait in a compressor, and disk images do not get smaller by one.
    let compressible = DefaultPredicate::new().and(NotForContentType::const_new("application/octet-stream"));
    Router::new()
        .merge(openstack::router(state.settings.secure_cookies))
        .merge(site::router(&state))
        .merge(metrics)
        .with_state(state)
        .layer(RequestBodyTimeoutLayer::new(silence))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressible))
        .layer(from_fn(security::headers))
        .layer(from_fn(audit::record))
        .layer(from_fn(trace::log))
        .layer(from_fn(request_id::assign))
        .layer(from_fn(meter::count))
        .layer(from_fn_with_state(trusted, proxy::believe))
}
