//! A launch's trace, through every part of the program.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::config::Config;
use crate::model::step::Step;
use crate::roles::up;

/// What the client says that its request belongs to.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Keeps what is exported.
#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

impl Kept {
    fn names(&self) -> Vec<String> {
        let spans = self.0.lock().unwrap();
        let of_trace = spans.iter().filter(|span| span.span_context.trace_id().to_string() == TRACE);
        of_trace.map(|span| span.name.to_string()).collect()
    }
}

/// Somebody who speaks to the APIs.
struct Person {
    http: Client,
    base: String,
    token: String,
}

impl Person {
    async fn sign_in(base: &str, state_dir: &Path) -> Self {
        let http = Client::builder().no_proxy().build().unwrap();
        let openrc = std::fs::read_to_string(state_dir.join("admin-openrc")).unwrap();
        let password = openrc.lines().find_map(|line| line.strip_prefix("export OS_PASSWORD=")).unwrap();
        let domain = json!({ "name": "Default" });
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": { "name": "admin", "domain": domain, "password": password } } },
            "scope": { "project": { "name": "admin", "domain": domain } },
        } });
        let answer = http.post(format!("{base}/identity/v3/auth/tokens")).json(&body).send().await.unwrap();
        let token = answer.headers()["x-subject-token"].to_str().unwrap().to_owned();
        Self { http, base: base.to_owned(), token }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).header("x-auth-token", &self.token)
    }

    async fn get(&self, path: &str) -> Value {
        well(self.request(Method::GET, path)).await.json().await.unwrap()
    }
}

async fn well(request: RequestBuilder) -> Response {
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{} {}", answer.status(), answer.text().await.unwrap());
    answer
}

async fn eventually<T, F: Future<Output = Option<T>>>(mut found: impl FnMut() -> F) -> T {
    loop {
        if let Some(found) = found().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// On one thread, so that everything that runs here is traced.
#[tokio::test]
async fn a_launch_is_one_trace_through_every_part() {
    let kept = Kept::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(kept.clone()).build();
    opentelemetry::global::set_tracer_provider(provider.clone());
    let spans = super::spans(provider.tracer("test"));
    let spans = tracing_subscriber::Layer::with_filter(spans, super::only(crate::bus::trace::TARGET));
    let _traced = super::testing::listening(tracing_subscriber::registry().with(spans));

    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("site/pkg")).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = Config {
        state_dir: dir.path().join("state"),
        assets: dir.path().join("site"),
        listen: free,
        driver: "simulated".into(),
        host: "sim-1".into(),
        ..Config::default()
    };
    let base = format!("http://{free}");
    let running = tokio::spawn({
        let config = config.clone();
        async move { up::run(&config, false).await }
    });
    eventually(|| async {
        assert!(!running.is_finished(), "it must not end");
        reqwest::get(format!("{base}/identity/v3")).await.ok()
    })
    .await;
    let admin = Person::sign_in(&base, &config.state_dir).await;
    let image = json!({ "name": "small", "disk_format": "raw", "container_format": "bare" });
    let image: Value = well(admin.request(Method::POST, "/image/v2/images").json(&image)).await.json().await.unwrap();
    let image = image["id"].as_str().unwrap().to_owned();
    let data = admin.request(Method::PUT, &format!("/image/v2/images/{image}/file"));
    well(data.header("content-type", "application/octet-stream").body(vec![0; 4096])).await;
    let flavor = admin.get("/compute/v2.1/flavors").await["flavors"][0]["id"].clone();
    let network = admin.get("/network/v2.0/networks").await["networks"][0]["id"].clone();
    let server = json!({ "server": { "name": "web", "imageRef": image, "flavorRef": flavor, "networks": [{ "uuid": network }] } });
    let launch = admin.request(Method::POST, "/compute/v2.1/servers").json(&server);
    let launch = launch.header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"));
    let server: Value = well(launch).await.json().await.unwrap();
    let path = format!("/compute/v2.1/servers/{}", server["server"]["id"].as_str().unwrap());
    let server = eventually(|| async {
        let server = admin.get(&path).await["server"].clone();
        (server["status"] != "BUILD").then_some(server)
    })
    .await;
    assert_eq!(server["status"], "ACTIVE", "{server}");

    let mut wanted: Vec<String> = [
        "POST /compute/v2.1/servers",
        "scheduler place",
        "compute build",
        "conductor instance",
        "conductor steps",
        "conductor settled",
        "GET /image/v2/images/{id}/file",
        "POST /network/v2.0/ports",
    ]
    .map(str::to_owned)
    .into();
    wanted.extend(Step::ALL.iter().map(|step| step.span()));
    eventually(|| async { kept.names().contains(&"compute build".to_owned()).then_some(()) }).await;
    let names = kept.names();
    let missing: Vec<_> = wanted.iter().filter(|name| !names.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?} in {names:?}");
    running.abort();
}
