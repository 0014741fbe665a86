//! Traces, sent to a collector of OpenTelemetry's (OTLP over HTTP, JSON).

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use reqwest::Client;
use tokio::runtime::Handle;

/// Where on the collector spans are taken.
const PATH: &str = "/v1/traces";
/// How long the collector may take.
const WITHIN: std::time::Duration = std::time::Duration::from_secs(10);

/// Sends what is traced until it is dropped; what waits is sent then.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends this role's traces to the collector at `endpoint`, by this runtime.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn to(endpoint: &str, role: &'static str, host: &str, runtime: Handle) -> Result<Self, String> {
        let wrong = |error: &dyn std::fmt::Display| format!("otlp_endpoint = {endpoint:?}: {error}");
        let client = Client::builder().no_proxy().timeout(WITHIN).build().map_err(|error| wrong(&error))?;
        let collector = Collector { client, runtime, is_missing: AtomicBool::new(false) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(collector)
            .with_protocol(Protocol::HttpJson)
            .with_endpoint(format!("{}{PATH}", endpoint.trim_end_matches('/')))
            .build()
            .map_err(|error| wrong(&error))?;
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource(role, host)).build();
        // For parts of the work that are told when they are over.
        opentelemetry::global::set_tracer_provider(provider.clone());
        Ok(Self(provider))
    }

    /// What makes the spans.
    pub fn tracer(&self) -> Tracer {
        self.0.tracer("arcus")
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        // That nothing could be sent was said already.
        let _ = self.0.shutdown();
    }
}

fn resource(role: &'static str, host: &str) -> Resource {
    Resource::builder()
        .with_service_name(format!("arcus-{role}"))
        .with_attributes([
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("host.name", host.to_owned()),
        ])
        .build()
}

/// The exporter waits on a thread of its own, where there is no runtime: so requests are made on ours.
#[derive(Debug)]
struct Collector {
    client: Client,
    runtime: Handle,
    /// Whether the last attempt failed: that is said once.
    is_missing: AtomicBool,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let exchange = async move {
            let mut answer = client.execute(request.try_into()?).await?;
            let mut response = Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                std::mem::swap(headers, answer.headers_mut());
            }
            Ok::<_, HttpError>(response.body(answer.bytes().await?)?)
        };
        let answer = self.runtime.spawn(exchange).await.map_err(HttpError::from).flatten();
        let fails = !answer.as_ref().is_ok_and(|answer| answer.status().is_success());
        if fails && !self.is_missing.swap(fails, Ordering::Relaxed) {
            let why = answer.as_ref().map_or_else(ToString::to_string, |answer| answer.status().to_string());
            tracing::warn!(why, "traces are lost: the collector in otlp_endpoint does not take them");
        }
        self.is_missing.store(fails, Ordering::Relaxed);
        answer
    }
}
