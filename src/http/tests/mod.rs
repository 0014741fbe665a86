//! The whole router, asked in process.

mod as_a_command;
mod attributes;
mod audit;
mod browser;
mod compute;
mod fuzz;
mod identity;
mod image;
mod import;
mod metrics;
mod network;
mod ports;
mod proxy;
mod rest;
mod volume;
mod walk;

use std::fs;
use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use metrics_exporter_prometheus::PrometheusRecorder;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::{Metrics, Patience, Settings, router};
use crate::control::testing::Cloud;
use crate::telemetry;

const HERE: &str = "cloud.example:8080";
/// The proxy that is believed.
const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 80));

/// Who may read metrics.
const SCRAPER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 90));

/// A cloud with the router in front.
struct Front {
    cloud: Cloud,
    router: Router,
    stopping: CancellationToken,
    /// Counts while a test makes it the one that does.
    recorder: PrometheusRecorder,
    _assets: tempfile::TempDir,
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, self.body))
    }
}

impl Front {
    async fn new() -> Self {
        Self::of(Cloud::new().await)
    }

    fn of(cloud: Cloud) -> Self {
        Self::with_patience(cloud, Patience::default())
    }

    fn with_patience(cloud: Cloud, patience: Patience) -> Self {
        let (assets, stopping) = (tempfile::tempdir().unwrap(), CancellationToken::new());
        fs::create_dir(assets.path().join("pkg")).unwrap();
        fs::write(assets.path().join("pkg/arcus.css"), "main { color: red }").unwrap();
        fs::write(assets.path().join("pkg/arcus.css.br"), "compressed").unwrap();
        let recorder = telemetry::metrics::recorder();
        let settings = Settings {
            assets: assets.path().to_owned(),
            secure_cookies: false,
            patience,
            stopping: stopping.clone(),
            trusted_proxies: [PROXY.into()].into(),
            metrics: Metrics { recorded: recorder.handle(), allow: [SCRAPER.into()].into() },
        };
        let router = router(cloud.services.clone(), settings);
        Self { cloud, router, stopping, recorder, _assets: assets }
    }

    /// Sends a request with these headers; `Host` is added.
    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(HOST, HERE);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, Body::empty()).await
    }

    /// Signs in by the form and gives the cookie, as a browser sends it.
    async fn cookie(&self, user: &str) -> String {
        let form =
            format!("domain=Default&user={user}&password={}", crate::control::testing::PASSWORD.replace(' ', "+"));
        let headers = [
            (ORIGIN.as_str(), "http://cloud.example:8080"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
        ];
        let answer = self.send(Method::POST, "/api/session/login", &headers, form).await;
        let cookie = answer.header("set-cookie");
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{} {cookie} {}",
            answer.status,
            answer.body
        );
        cookie.split(';').next().unwrap().to_owned()
    }
}
