//! Images imported by the REST API.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Front};
use crate::control::image::importing::{PATIENT, Server, World, whole};
use crate::control::testing::Cloud;

const V2: &str = "/image/v2";

/// A cloud that imports from `images.test` alone, and a server of that name.
async fn front() -> (Front, Server) {
    let mut cloud = Cloud::new().await;
    let world = World::default().with("images.test", &["127.0.0.1"]);
    cloud.services.image = cloud.services.image.in_world("images.test", world, PATIENT);
    (Front::of(cloud), Server::start(vec![("/disk", whole(&[7; 1024]))]).await)
}

async fn post(front: &Front, path: &str, token: &str, body: Value) -> Answer {
    front.send(Method::POST, &format!("{V2}{path}"), &[("x-auth-token", token)], body.to_string()).await
}

async fn get(front: &Front, path: &str, token: &str) -> Value {
    front.get(&format!("{V2}{path}"), &[("x-auth-token", token)]).await.json()
}

fn raw() -> Value {
    json!({ "name": "disk", "disk_format": "raw", "container_format": "bare", "visibility": "private" })
}

fn download(uri: &str) -> Value {
    json!({ "method": { "name": "web-download", "uri": uri }, "stores": ["file"], "all_stores_must_succeed": true })
}

#[tokio::test]
async fn an_image_is_imported_from_an_allowed_address() {
    let (front, server) = front().await;
    let ann = front.cloud.person("ann", "red", "member").await.token;
    let methods = json!(["web-download"]);
    assert_eq!(get(&front, "/info/import", &ann).await["import-methods"]["value"], methods);
    let made = post(&front, "/images", &ann, raw()).await;
    assert_eq!(made.header("openstack-image-import-methods"), "web-download");
    let id = made.json()["id"].as_str().unwrap().to_owned();

    let import = format!("/images/{id}/import");
    let begun = post(&front, &import, &ann, download(&server.url("images.test", "/disk"))).await;
    assert_eq!((begun.status, begun.body.as_str()), (StatusCode::ACCEPTED, ""));
    let image = loop {
        let image = get(&front, &format!("/images/{id}"), &ann).await;
        if image["status"] != "importing" {
            break image;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!((&image["status"], &image["size"]), (&json!("active"), &json!(1024)), "{image}");
    let again = post(&front, &import, &ann, download(&server.url("images.test", "/disk"))).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
}

#[tokio::test]
async fn an_import_is_refused_for_what_is_wrong_with_it() {
    let (front, server) = front().await;
    let ann = front.cloud.person("ann", "red", "member").await.token;
    let rea = front.cloud.person("rea", "red", "reader").await.token;
    let eve = front.cloud.person("eve", "green", "member").await.token;
    let id =
        async |record: Value| post(&front, "/images", &ann, record).await.json()["id"].as_str().unwrap().to_owned();
    let (good, formless) = (id(raw()).await, id(json!({})).await);
    let here = server.url("images.test", "/disk");
    let refusals = [
        (&rea, &good, download(&here), StatusCode::FORBIDDEN),
        (&eve, &good, download(&here), StatusCode::NOT_FOUND),
        (&ann, &formless, download(&here), StatusCode::CONFLICT),
        (&ann, &good, download("http://127.0.0.1/"), StatusCode::BAD_REQUEST),
        (&ann, &good, download("http://other.test/disk"), StatusCode::BAD_REQUEST),
        (&ann, &good, download("nonsense"), StatusCode::BAD_REQUEST),
        (&ann, &good, json!({ "method": { "name": "web-download" } }), StatusCode::BAD_REQUEST),
        (&ann, &good, json!({ "method": { "name": "glance-direct" } }), StatusCode::BAD_REQUEST),
        (&ann, &good, json!({ "method": {} }), StatusCode::BAD_REQUEST),
        (&ann, &good, json!({}), StatusCode::BAD_REQUEST),
    ];
    for (token, id, body, status) in refusals {
        let refused = post(&front, &format!("/images/{id}/import"), token, body.clone()).await;
        assert_eq!(refused.status, status, "{body}: {}", refused.body);
        assert_eq!(get(&front, &format!("/images/{id}"), &ann).await["status"], "queued", "{body}");
    }
}

#[tokio::test]
async fn nothing_is_imported_unless_it_is_allowed() {
    let mut cloud = Cloud::new().await;
    cloud.services.image = cloud.services.image.in_world("", World::default(), PATIENT);
    let front = Front::of(cloud);
    let ann = front.cloud.person("ann", "red", "member").await.token;
    assert_eq!(get(&front, "/info/import", &ann).await["import-methods"]["value"], json!([]));
    let made = post(&front, "/images", &ann, raw()).await;
    assert!(made.headers.get("openstack-image-import-methods").is_none());
    let import = format!("/images/{}/import", made.json()["id"].as_str().unwrap());
    for name in ["web-download", "glance-direct"] {
        let body = json!({ "method": { "name": name, "uri": "http://images.test/disk" } });
        let refused = post(&front, &import, &ann, body).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.body);
        assert!(refused.body.contains("image_import"), "{}", refused.body);
    }
}
