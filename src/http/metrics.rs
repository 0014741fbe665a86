//! `GET /metrics`, for Prometheus: told to this machine and to the addresses that the settings name.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;

use super::proxy::Outside;
use crate::control::Services;

/// The format that [`PrometheusHandle::render`] writes.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Takes the numbers that nobody counts meanwhile.
pub type Observe = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// Takes those of the control side.
pub fn observer(services: &Services) -> Observe {
    let services = services.clone();
    Arc::new(move || {
        let services = services.clone();
        async move { services.observe().await }.boxed()
    })
}

/// Where the numbers are, and who may know them.
#[derive(Clone)]
pub struct Metrics {
    pub recorded: PrometheusHandle,
    /// Who is told beside this machine itself.
    pub allow: Arc<[IpNet]>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").field("allow", &self.allow).finish_non_exhaustive()
    }
}

impl Metrics {
    /// The route; for the API among its others, and for other roles alone.
    pub fn router<S: Clone + Send + Sync + 'static>(self, observe: Observe) -> Router<S> {
        Router::new().route(
            "/metrics",
            get(move |request: Request| async move {
                if !self.may_know(&request) {
                    let why =
                        "Metrics are told to this machine itself, and to the addresses in setting metrics_allow.\n";
                    return (StatusCode::FORBIDDEN, why).into_response();
                }
                observe().await;
                ([(CONTENT_TYPE, TEXT)], self.recorded.render()).into_response() as Response
            }),
        )
    }

    /// Through a proxy on this machine that nobody named as trusted, the whole world would come from loopback.
    fn may_know(&self, request: &Request) -> bool {
        let forwarded = ["forwarded", "x-forwarded-for"].iter().any(|name| request.headers().contains_key(*name));
        if forwarded && request.extensions().get::<Outside>().is_none() {
            return false;
        }
        let from =
            request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip().to_canonical());
        from.is_some_and(|from| from.is_loopback() || self.allow.iter().any(|net| net.contains(&from)))
    }
}
