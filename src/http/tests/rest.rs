//! OpenStack's REST APIs.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Front};
use crate::control::testing::PASSWORD;

fn password_request(user: &str, password: &str, scope: Value) -> String {
    let user = json!({ "name": user, "password": password, "domain": { "name": "Default" } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    json!({ "auth": { "identity": identity, "scope": scope } }).to_string()
}

async fn sign_in(front: &Front, user: &str, password: &str, scope: Value) -> Answer {
    front.send(Method::POST, "/identity/v3/auth/tokens", &[], password_request(user, password, scope)).await
}

fn project(name: &str) -> Value {
    json!({ "project": { "name": name, "domain": { "id": "default" } } })
}

#[tokio::test]
async fn a_token_is_issued_shown_and_revoked() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let issued = sign_in(&front, "ann", PASSWORD, project("red")).await;
    assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.body);
    let token = issued.header("x-subject-token").to_owned();
    let body = issued.json();
    assert_eq!(body["token"]["project"]["name"], "red");
    let services: Vec<_> =
        body["token"]["catalog"].as_array().unwrap().iter().map(|entry| entry["type"].clone()).collect();
    assert_eq!(services, ["identity", "compute", "image", "network", "volumev3"]);
    assert_eq!(body["token"]["catalog"][1]["endpoints"][0]["url"], "http://cloud.example:8080/compute/v2.1");

    let both = [("x-auth-token", token.as_str()), ("x-subject-token", token.as_str())];
    let shown = front.get("/identity/v3/auth/tokens?nocatalog", &both).await;
    assert_eq!((shown.status, shown.json()["token"].get("catalog")), (StatusCode::OK, None));
    let headers = front.send(Method::HEAD, "/identity/v3/auth/tokens", &both, "").await;
    assert_eq!((headers.status, headers.header("x-subject-token")), (StatusCode::OK, token.as_str()));

    let rescoped =
        json!({ "auth": { "identity": { "methods": ["token"], "token": { "id": token } }, "scope": project("red") } });
    let rescoped = front.send(Method::POST, "/identity/v3/auth/tokens", &[], rescoped.to_string()).await;
    assert_eq!(rescoped.status, StatusCode::CREATED, "{}", rescoped.body);

    assert_eq!(front.send(Method::DELETE, "/identity/v3/auth/tokens", &both, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(front.get("/identity/v3/auth/tokens", &both).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_s_token_is_an_administrator_s_business() {
    let front = Front::new().await;
    let (ann, bob) =
        (front.cloud.person("ann", "red", "member").await, front.cloud.person("bob", "blue", "member").await);
    let root = front.cloud.person("root", "red", "admin").await;
    let look = async |by: &str| {
        let headers = [("x-auth-token", by), ("x-subject-token", ann.token.as_str())];
        front.get("/identity/v3/auth/tokens", &headers).await.status
    };
    assert_eq!(look(&ann.token).await, StatusCode::OK);
    assert_eq!(look(&bob.token).await, StatusCode::FORBIDDEN);
    assert_eq!(look(&root.token).await, StatusCode::OK);
    let unknown = [("x-auth-token", ann.token.as_str()), ("x-subject-token", "nonsense")];
    assert_eq!(front.get("/identity/v3/auth/tokens", &unknown).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_wrong_password_and_an_unreadable_body_have_identity_s_shape() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let refused = sign_in(&front, "ann", "wrong password", project("red")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.json()["error"]["code"], 401);
    assert_eq!(refused.header("www-authenticate"), "Keystone uri=\"http://cloud.example:8080/identity/v3\"");

    let unreadable = front.send(Method::POST, "/identity/v3/auth/tokens", &[], "{bad").await;
    assert_eq!(
        (unreadable.status, unreadable.json()["error"]["title"].as_str()),
        (StatusCode::BAD_REQUEST, Some("Bad Request"))
    );
}

#[tokio::test]
async fn a_token_without_a_project_opens_no_project_s_things() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let issued = sign_in(&front, "ann", PASSWORD, json!("unscoped")).await;
    assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.body);
    assert_eq!(issued.json()["token"].get("project"), None);
    let token = issued.header("x-subject-token");
    let refused = front.get("/compute/v2.1/flavors", &[("x-auth-token", token)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
}

#[tokio::test]
async fn every_answer_names_its_request_and_keeps_an_agent_s_id() {
    let front = Front::new().await;
    let own = front.get("/identity/v3", &[]).await;
    assert!(own.header("x-openstack-request-id").starts_with("req-"));
    let id = "req-0b6b4a2c-2f1f-4f4e-9d1c-0a5d5c6b7e8f";
    let kept = front.get("/compute/v2.1/servers", &[("x-openstack-request-id", id)]).await;
    assert_eq!((kept.status, kept.header("x-openstack-request-id")), (StatusCode::UNAUTHORIZED, id));
    let refused = front.get("/nowhere", &[("x-openstack-request-id", "req-<script>")]).await;
    assert_ne!(refused.header("x-openstack-request-id"), "req-<script>");
}

#[tokio::test]
async fn missing_things_have_each_service_s_shape() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await;
    let token = [("x-auth-token", ann.token.as_str())];

    let flavor = front.get("/compute/v2.1/flavors/nope", &token).await;
    assert_eq!((flavor.status, flavor.json()["itemNotFound"]["code"].as_i64()), (StatusCode::NOT_FOUND, Some(404)));
    assert_eq!(flavor.header("openstack-api-version"), "compute 2.1");
    let image = front.get("/image/v2/images/nope", &token).await;
    assert_eq!((image.status, image.json()["code"].as_str()), (StatusCode::NOT_FOUND, Some("404 Not Found")));
    let project = front.get("/volume/v3/other/attachments?instance_id=x", &token).await;
    assert_eq!((project.status, project.json()["badRequest"]["code"].as_i64()), (StatusCode::BAD_REQUEST, Some(400)));
    let path = front.get("/network/v2.0/nope", &token).await;
    assert_eq!((path.status, path.body.as_str()), (StatusCode::NOT_FOUND, "The resource could not be found.\n"));
}

#[tokio::test]
async fn a_flavor_and_a_key_pair_make_the_round() {
    let front = Front::new().await;
    let root = front.cloud.person("root", "red", "admin").await;
    let token = [("x-auth-token", root.token.as_str()), ("openstack-api-version", "compute 2.6")];
    let flavor = json!({ "flavor": { "name": "tiny", "id": "0", "ram": 64, "vcpus": 1, "disk": 1, "swap": 0 } });
    let made = front.send(Method::POST, "/compute/v2.1/flavors", &token, flavor.to_string()).await;
    assert_eq!((made.status, &made.json()["flavor"]["id"]), (StatusCode::OK, &json!("0")), "{}", made.body);
    let listed = front.get("/compute/v2.1/flavors/detail?is_public=None", &token).await.json();
    assert_eq!(listed["flavors"][0]["ram"], 64);
    assert_eq!(listed["flavors"][0]["links"][0]["href"], "http://cloud.example:8080/compute/v2.1/flavors/0");
    let again = front.send(Method::POST, "/compute/v2.1/flavors", &token, flavor.to_string()).await;
    assert_eq!((again.status, again.json()["conflictingRequest"]["code"].as_i64()), (StatusCode::CONFLICT, Some(409)));
    let gone = front.send(Method::DELETE, "/compute/v2.1/flavors/0", &token, "").await;
    assert_eq!(gone.status, StatusCode::ACCEPTED);

    let pair = json!({ "keypair": { "name": "mine" } }).to_string();
    let made = front.send(Method::POST, "/compute/v2.1/os-keypairs", &token, pair).await;
    assert_eq!((made.status, &made.json()["keypair"]["type"]), (StatusCode::CREATED, &json!("ssh")), "{}", made.body);
    assert!(made.json()["keypair"]["private_key"].as_str().unwrap().starts_with("-----BEGIN OPENSSH PRIVATE KEY"));
    let shown = front.get("/compute/v2.1/os-keypairs/mine", &token).await.json();
    assert_eq!(shown["keypair"].get("private_key"), None);
}

#[tokio::test]
async fn image_data_goes_in_and_comes_out() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await;
    let token = ("x-auth-token", ann.token.as_str());
    let record = json!({ "name": "disk", "disk_format": "raw", "container_format": "bare", "os_distro": "none" });
    let made = front.send(Method::POST, "/image/v2/images", &[token], record.to_string()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let made = made.json();
    assert_eq!((&made["status"], &made["os_distro"]), (&json!("queued"), &json!("none")));
    let file = format!("/image{}", made["file"].as_str().unwrap());
    let octets = ("content-type", "application/octet-stream");

    assert_eq!(front.send(Method::PUT, &file, &[token], "x").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    // More than any other request may hold.
    let data = "arcus ".repeat(super::super::MAX_BODY);
    let put = front.send(Method::PUT, &file, &[token, octets], data.clone()).await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.body);
    let read = front.get(&file, &[token, ("accept-encoding", "br")]).await;
    assert_eq!((read.status, read.header("content-encoding")), (StatusCode::OK, ""));
    assert!(read.body == data, "other data came out");
    let active = front.get(&file.replace("/file", ""), &[token]).await.json();
    assert_eq!((&active["status"], &active["os_hash_algo"]), (&json!("active"), &json!("sha256")));
}
