//! What proxies say.

use std::net::{IpAddr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::header::HOST;
use serde_json::Value;
use tower::ServiceExt as _;

use super::{Front, PROXY};

/// The link of the identity service's version, as somebody sees it who comes from there.
async fn link(front: &Front, from: IpAddr) -> String {
    let headers = [
        ("x-forwarded-host", "cloud.example.org"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/lab/"),
        ("x-forwarded-for", "198.51.100.9"),
    ];
    let mut request = Request::get("/identity/v3").header(HOST, "inside:8080");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from, 40_000)));
    let answer = front.router.clone().oneshot(request).await.unwrap();
    let body: Value = serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await.unwrap()).unwrap();
    body["version"]["links"][0]["href"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn only_a_trusted_proxy_s_word_reaches_links() {
    let front = Front::new().await;
    assert_eq!(link(&front, PROXY).await, "https://cloud.example.org/lab/identity/v3/");
    assert_eq!(link(&front, "192.0.2.81".parse().unwrap()).await, "http://inside:8080/identity/v3/");
}
