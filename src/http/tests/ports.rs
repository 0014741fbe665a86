//! OpenStack's classic ports.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::HOST;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::Front;
use crate::control::testing::PASSWORD;
use crate::http::classic;

/// Asks at a service's own port.
async fn ask(
    front: &Front,
    service: &'static str,
    host: &str,
    request: axum::http::request::Builder,
    body: &Value,
) -> (u16, Value) {
    let alone = classic::alone(front.router.clone(), service);
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let answer = alone.oneshot(request.header(HOST, host).body(body).unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    let token = answer.headers().get("x-subject-token").map(|token| token.to_str().unwrap().to_owned());
    let text = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let mut body: Value = serde_json::from_slice(&text).unwrap_or_default();
    if let Some(token) = token {
        body["issued"] = json!(token);
    }
    (status, body)
}

#[tokio::test]
async fn a_service_is_alone_at_its_own_port_and_leads_to_the_others() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let user = json!({ "name": "ann", "password": PASSWORD, "domain": { "name": "Default" } });
    let scope = json!({ "project": { "name": "red", "domain": { "name": "Default" } } });
    let wanted = json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": user } }, "scope": scope,
    } });
    let request = Request::post("/v3/auth/tokens").header("content-type", "application/json");
    let (status, issued) = ask(&front, "/identity", "cloud:5000", request, &wanted).await;
    assert_eq!(status, 201, "{issued}");
    let catalog = issued["token"]["catalog"].as_array().unwrap();
    let urls: Vec<&str> = catalog.iter().map(|entry| entry["endpoints"][0]["url"].as_str().unwrap()).collect();
    let project = issued["token"]["project"]["id"].as_str().unwrap();
    let volume = format!("http://cloud:8776/v3/{project}");
    let expected =
        ["http://cloud:5000/v3", "http://cloud:8774/v2.1", "http://cloud:9292", "http://cloud:9696", &volume];
    assert_eq!(urls, expected);

    let token = issued["issued"].as_str().unwrap().to_owned();
    let get = |path: &str| Request::get(path).header("x-auth-token", token.as_str());
    let (_, versions) = ask(&front, "/compute", "cloud:8774", Request::get("/"), &Value::Null).await;
    assert_eq!(versions["versions"][1]["links"][0]["href"], "http://cloud:8774/v2.1/");
    let (status, listed) = ask(&front, "/network", "cloud:9696", get("/v2.0/networks?limit=1"), &Value::Null).await;
    assert_eq!((status, listed["networks"].is_array()), (200, true), "{listed}");
    let (status, _) = ask(&front, "/image", "cloud:9292", get("/compute/v2.1/servers"), &Value::Null).await;
    assert_eq!(status, 404, "another service's path");
}
