//! What is recorded of those who change something.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use axum::http::header::{COOKIE, ORIGIN};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt as _;

use super::Front;
use crate::control::testing::PASSWORD;
use crate::telemetry::audit::AuditFile;
use crate::telemetry::testing::listening;

fn recording(file: &Path) -> DefaultGuard {
    listening(tracing_subscriber::registry().with(AuditFile::at(file.to_owned())))
}

/// What was recorded since the last time, as if the file had been moved away.
fn taken(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    for secret in [PASSWORD, "wrong guess", "hush"] {
        assert!(!text.contains(secret) && !text.contains(&secret.replace(' ', "+")), "{text}");
    }
    let _ = std::fs::remove_file(file);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn password_request(user: &str, password: &str) -> String {
    let user = json!({ "name": user, "password": password, "domain": { "name": "Default" } });
    json!({ "auth": { "identity": { "methods": ["password"], "password": { "user": user } } } }).to_string()
}

#[tokio::test]
async fn changes_by_rest_are_recorded_and_so_are_refused_ones() {
    let front = Front::new().await;
    let (ann, eve) =
        (front.cloud.person("ann", "red", "member").await, front.cloud.person("eve", "red", "reader").await);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("audit.log");
    let _guard = recording(&file);
    let token = [("x-auth-token", ann.token.as_str())];

    let made = front.send(Method::POST, "/network/v2.0/networks", &token, r#"{"network":{"name":"hush"}}"#).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let [record] = taken(&file).try_into().unwrap();
    assert_eq!(record["user_id"], ann.user_id.as_str());
    assert_eq!((&record["user_name"], &record["roles"]), (&json!("ann"), &json!(["member"])));
    assert_eq!(record["project_id"], ann.project_id.as_str());
    assert_eq!(record["request_id"], made.header("x-openstack-request-id"));
    assert_eq!((&record["method"], &record["route"]), (&json!("POST"), &json!("/network/v2.0/networks")));
    assert_eq!(
        (&record["service"], &record["status"], &record["result"]),
        (&json!("network"), &json!(201), &json!("done"))
    );

    let id = made.json()["network"]["id"].as_str().unwrap().to_owned();
    let path = format!("/network/v2.0/networks/{id}");
    front.get(&path, &token).await;
    front.send(Method::POST, "/network/v2.0/reachability", &token, "{}").await;
    assert_eq!(taken(&file), Vec::<Value>::new(), "nothing was changed");

    front.send(Method::DELETE, &path, &[("x-auth-token", eve.token.as_str())], "").await;
    front.send(Method::DELETE, &path, &[("x-auth-token", "hush")], "").await;
    let [forbidden, unknown] = taken(&file).try_into().unwrap();
    assert_eq!((&forbidden["user_name"], &forbidden["target"]), (&json!("eve"), &json!({ "id": id })));
    assert_eq!((&forbidden["result"], &forbidden["error"]), (&json!("refused"), &json!("forbidden")));
    assert_eq!(forbidden["status"], 403);
    assert_eq!((unknown.get("user_id"), &unknown["status"]), (None, &json!(401)));
    assert_eq!(unknown["error"], "not_authenticated");
}

#[tokio::test]
async fn who_signs_in_and_who_may_not_is_recorded() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("audit.log");
    let _guard = recording(&file);
    for (user, password) in [("ann", PASSWORD), ("ann", "wrong guess"), ("hush", "wrong guess")] {
        front.send(Method::POST, "/identity/v3/auth/tokens", &[], password_request(user, password)).await;
    }
    let [well, badly, nobody] = taken(&file).try_into().unwrap();
    assert_eq!((&well["user_id"], &well["result"]), (&json!(ann.user_id), &json!("done")));
    assert_eq!((&badly["user_id"], &badly["error"]), (&json!(ann.user_id), &json!("bad_credentials")));
    assert_eq!((nobody.get("user_id"), &nobody["error"]), (None, &json!("bad_credentials")));
}

#[tokio::test]
async fn changes_by_the_dashboard_are_recorded_by_the_function_s_name() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    front.cloud.person("eve", "red", "reader").await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("audit.log");
    let _guard = recording(&file);
    let (ann, eve) = (front.cookie("ann").await, front.cookie("eve").await);
    let signed_in = taken(&file);
    assert_eq!((&signed_in[0]["function"], &signed_in[0]["user_name"]), (&json!("session/login"), &json!("ann")));

    // A plain form's refusal is a redirect, and a refusal all the same.
    for (cookie, accept) in [(&ann, "text/html"), (&eve, "text/html"), (&eve, "application/json")] {
        let headers = [
            (ORIGIN.as_str(), "http://cloud.example:8080"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", accept),
            (COOKIE.as_str(), cookie.as_str()),
        ];
        front.send(Method::POST, "/api/security-groups/create", &headers, "name=hush").await;
        front.send(Method::POST, "/api/security-groups/list", &headers, "").await;
    }
    let [done, redirected, refused] = taken(&file).try_into().unwrap();
    assert_eq!((&done["function"], &done["result"]), (&json!("security-groups/create"), &json!("done")));
    assert_eq!((&done["service"], &done["user_name"]), (&json!("dashboard"), &json!("ann")));
    for record in [redirected, refused] {
        assert_eq!((&record["user_name"], &record["result"]), (&json!("eve"), &json!("refused")), "{record}");
        assert_eq!(record["error"], "forbidden", "{record}");
    }
}
