//! The image service's REST API.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Front};
use crate::control::testing::PASSWORD;

const V2: &str = "/image/v2";
const PATCH: &str = "application/openstack-images-v2.1-json-patch";
const OLD_PATCH: &str = "application/openstack-images-v2.0-json-patch";

/// Asks as the bearer of `token`.
async fn ask(front: &Front, method: Method, path: &str, token: &str, body: Value) -> Answer {
    front.send(method, &format!("{V2}{path}"), &[("x-auth-token", token)], body.to_string()).await
}

async fn get(front: &Front, path: &str, token: &str) -> Value {
    let answer = ask(front, Method::GET, path, token, Value::Null).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.json()
}

/// Makes an image, with data if any is given, and returns its id.
async fn image(front: &Front, token: &str, record: Value, data: Option<usize>) -> String {
    let made = ask(front, Method::POST, "/images", token, record).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    if let Some(size) = data {
        let headers = [("x-auth-token", token), ("content-type", "application/octet-stream")];
        let put = front.send(Method::PUT, &format!("{V2}/images/{id}/file"), &headers, "x".repeat(size)).await;
        assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.body);
    }
    id
}

fn raw(name: &str) -> Value {
    json!({ "name": name, "disk_format": "raw", "container_format": "bare", "visibility": "private" })
}

async fn names(front: &Front, query: &str, token: &str) -> Vec<String> {
    let images = get(front, &format!("/images{query}"), token).await["images"].clone();
    images.as_array().unwrap().iter().map(|image| image["name"].as_str().unwrap().to_owned()).collect()
}

async fn patch(front: &Front, id: &str, token: &str, kind: &str, body: Value) -> Answer {
    let headers = [("x-auth-token", token), ("content-type", kind)];
    front.send(Method::PATCH, &format!("{V2}/images/{id}"), &headers, body.to_string()).await
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_come_in_pages() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await.token;
    for (name, size) in [("one", 512), ("two", 1536), ("three", 1000)] {
        let mut record = raw(name);
        record["tags"] = json!([format!("is-{name}"), "all"]);
        record["os_distro"] = json!(name);
        image(&front, &ann, record, Some(size)).await;
        front.cloud.clock.advance(chrono::TimeDelta::minutes(1));
    }
    image(&front, &ann, json!({ "name": "four", "os_hidden": true }), None).await;
    let list = async |query: &str| names(&front, query, &ann).await;
    assert_eq!(list("").await, ["three", "two", "one"], "the newest first, and none that is hidden");
    assert_eq!(list("?os_hidden=true").await, ["four"]);
    assert_eq!(list("?sort=size:asc").await, ["one", "three", "two"]);
    assert_eq!(list("?sort_key=name&sort_dir=asc").await, ["one", "three", "two"]);
    assert_eq!(list("?size_min=600&size_max=1200").await, ["three"]);
    assert_eq!(list("?tag=all&tag=is-two").await, ["two"]);
    assert_eq!(list("?os_distro=one").await, ["one"]);
    assert_eq!(list("?nobody_has_this=one").await, Vec::<String>::new());
    assert_eq!(list("?name=in:one,two&sort_key=name&sort_dir=asc").await, ["one", "two"]);
    assert_eq!(list("?created_at=gt:2030-01-01T00:00:30Z&created_at=lt:2030-01-01T00:01:30Z").await, ["two"]);
    assert_eq!(list("?status=active&visibility=private&owner=nobody").await, Vec::<String>::new());

    let first = get(&front, "/images?limit=2", &ann).await;
    assert_eq!((first["images"].as_array().unwrap().len(), &first["first"]), (2, &json!("/v2/images?limit=2")));
    let next = first["next"].as_str().unwrap().strip_prefix("/v2").unwrap();
    let second = get(&front, next, &ann).await;
    assert_eq!((&second["images"][0]["name"], second.get("next")), (&json!("one"), None));
    for query in ["limit=x", "marker=nowhere", "sort_key=nope", "sort=name:up", "size_min=big", "created_at=gt:soon"] {
        let refused = ask(&front, Method::GET, &format!("/images?{query}"), &ann, Value::Null).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}: {}", refused.body);
    }
}

#[tokio::test]
async fn a_patch_holds_as_a_whole_or_not_at_all() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await.token;
    let id = image(&front, &ann, raw("disk"), Some(512)).await;
    let change = |op: &str, path: &str, value: Value| json!({ "op": op, "path": path, "value": value });
    let good = json!([
        change("replace", "/name", json!("renamed")),
        change("add", "/os_distro", json!("debian")),
        change("add", "/a~1b", json!("c")),
        change("replace", "/tags", json!(["x", "x"])),
        change("replace", "/min_disk", json!(2)),
    ]);
    let changed = patch(&front, &id, &ann, PATCH, good).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let changed = changed.json();
    assert_eq!((&changed["name"], &changed["os_distro"]), (&json!("renamed"), &json!("debian")));
    assert_eq!((&changed["tags"], &changed["a/b"], &changed["min_disk"]), (&json!(["x"]), &json!("c"), &json!(2)));

    let refusals = [
        (change("replace", "/status", json!("queued")), StatusCode::FORBIDDEN),
        (change("add", "/os_glance_foo", json!("x")), StatusCode::FORBIDDEN),
        (change("replace", "/disk_format", json!("qcow2")), StatusCode::FORBIDDEN),
        (change("replace", "/visibility", json!("public")), StatusCode::FORBIDDEN),
        (json!({ "op": "remove", "path": "/name" }), StatusCode::FORBIDDEN),
        (change("replace", "/nope", json!("x")), StatusCode::CONFLICT),
        (json!({ "op": "remove", "path": "/nope" }), StatusCode::CONFLICT),
        (change("move", "/name", json!("x")), StatusCode::BAD_REQUEST),
        (change("add", "/deep/er", json!("x")), StatusCode::BAD_REQUEST),
        (change("add", "/number", json!(7)), StatusCode::BAD_REQUEST),
        (change("replace", "/min_ram", json!("much")), StatusCode::BAD_REQUEST),
        (json!({ "op": "replace", "path": "/name" }), StatusCode::BAD_REQUEST),
    ];
    for (bad, status) in refusals {
        let both = json!([change("replace", "/name", json!("other")), bad]);
        let refused = patch(&front, &id, &ann, PATCH, both).await;
        assert_eq!(refused.status, status, "{bad}: {}", refused.body);
        assert_eq!(get(&front, &format!("/images/{id}"), &ann).await["name"], "renamed", "{bad}");
    }
    let unread = patch(&front, &id, &ann, "application/json", json!([])).await;
    assert_eq!(unread.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(unread.header("accept-patch").contains(PATCH));
    let old = patch(&front, &id, &ann, OLD_PATCH, json!([{ "remove": "/os_distro" }])).await;
    assert_eq!((old.status, old.json().get("os_distro")), (StatusCode::OK, None));
    let reserved = ask(&front, Method::POST, "/images", &ann, json!({ "name": "x", "os_glance_foo": "bar" })).await;
    assert_eq!(reserved.status, StatusCode::FORBIDDEN, "{}", reserved.body);
    let taken = ask(&front, Method::POST, "/images", &ann, json!({ "id": id })).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.body);
}

#[tokio::test]
async fn data_is_neither_sent_before_it_is_there_nor_while_the_image_is_deactivated() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await.token;
    front.cloud.person("rea", "red", "reader").await;
    let file = |id: &str| format!("/images/{id}/file");
    let empty = image(&front, &ann, json!({}), None).await;
    assert_eq!(get(&front, &format!("/images/{empty}"), &ann).await["name"], Value::Null);
    let nothing = ask(&front, Method::GET, &file(&empty), &ann, Value::Null).await;
    assert_eq!((nothing.status, nothing.body.as_str()), (StatusCode::NO_CONTENT, ""));
    let headers = [("x-auth-token", ann.as_str()), ("content-type", "application/octet-stream")];
    let formless = front.send(Method::PUT, &format!("{V2}{}", file(&empty)), &headers, "x").await;
    assert_eq!(formless.status, StatusCode::BAD_REQUEST, "{}", formless.body);

    let id = image(&front, &ann, raw("disk"), Some(1000)).await;
    let twice = front.send(Method::PUT, &format!("{V2}{}", file(&id)), &headers, "x").await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "{}", twice.body);
    let act = async |id: &str, verb: &str| {
        ask(&front, Method::POST, &format!("/images/{id}/actions/{verb}"), &ann, Value::Null).await.status
    };
    assert_eq!(act(&empty, "deactivate").await, StatusCode::FORBIDDEN);
    assert_eq!(act(&id, "deactivate").await, StatusCode::NO_CONTENT);
    assert_eq!(get(&front, &format!("/images/{id}"), &ann).await["status"], "deactivated");
    assert_eq!(ask(&front, Method::GET, &file(&id), &ann, Value::Null).await.status, StatusCode::FORBIDDEN);
    assert_eq!(act(&id, "reactivate").await, StatusCode::NO_CONTENT);
    let data = ask(&front, Method::GET, &file(&id), &ann, Value::Null).await;
    assert_eq!((data.status, data.body.len()), (StatusCode::OK, 1000));

    let tag = format!("/images/{id}/tags/blue");
    assert_eq!(ask(&front, Method::PUT, &tag, &ann, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&front, Method::PUT, &tag, &ann, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&front, &format!("/images/{id}"), &ann).await["tags"], json!(["blue"]));
    assert_eq!(ask(&front, Method::DELETE, &tag, &ann, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&front, Method::DELETE, &tag, &ann, Value::Null).await.status, StatusCode::NOT_FOUND);
    let nowhere = ask(&front, Method::PUT, "/images/nope/tags/blue", &ann, Value::Null).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);

    let reader =
        front.cloud.services.identity.login("Default", "rea", PASSWORD, crate::control::identity::Scope::Default, None);
    let reader = reader.await.unwrap().token;
    for (method, path) in [
        (Method::PUT, tag.clone()),
        (Method::DELETE, tag),
        (Method::POST, format!("/images/{id}/actions/deactivate")),
        (Method::DELETE, format!("/images/{id}")),
    ] {
        let refused = ask(&front, method, &path, &reader, Value::Null).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}: {}", refused.body);
    }
}

#[tokio::test]
async fn a_shared_image_is_in_the_lists_of_those_who_take_it() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await.token;
    let bob = front.cloud.person("bob", "blue", "member").await;
    let eve = front.cloud.person("eve", "green", "member").await.token;
    let mut record = raw("ours");
    record["visibility"] = json!("shared");
    let id = image(&front, &ann, record, Some(512)).await;
    let (path, members) = (format!("/images/{id}"), format!("/images/{id}/members"));
    let own = format!("{members}/{}", bob.project_id);
    assert_eq!(ask(&front, Method::GET, &path, &bob.token, Value::Null).await.status, StatusCode::NOT_FOUND);
    let new = json!({ "member": bob.project_id });
    assert_eq!(ask(&front, Method::POST, &members, &bob.token, new.clone()).await.status, StatusCode::NOT_FOUND);
    let added = ask(&front, Method::POST, &members, &ann, new.clone()).await;
    assert_eq!((added.status, &added.json()["status"]), (StatusCode::OK, &json!("pending")), "{}", added.body);
    assert_eq!(ask(&front, Method::POST, &members, &ann, new).await.status, StatusCode::CONFLICT);

    assert_eq!(get(&front, &path, &bob.token).await["name"], "ours");
    assert_eq!(names(&front, "", &bob.token).await, Vec::<String>::new());
    assert_eq!(names(&front, "?visibility=shared&member_status=pending", &bob.token).await, ["ours"]);
    let accept = json!({ "status": "accepted" });
    assert_eq!(ask(&front, Method::PUT, &own, &ann, accept.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ask(&front, Method::PUT, &own, &eve, accept.clone()).await.status, StatusCode::NOT_FOUND);
    let accepted = ask(&front, Method::PUT, &own, &bob.token, accept).await;
    assert_eq!(accepted.json()["status"], "accepted", "{}", accepted.body);
    assert_eq!(names(&front, "", &bob.token).await, ["ours"]);
    let changed = patch(&front, &id, &bob.token, PATCH, json!([{ "op": "replace", "path": "/name", "value": "mine" }]));
    assert_eq!(changed.await.status, StatusCode::FORBIDDEN);

    assert_eq!(ask(&front, Method::DELETE, &own, &ann, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&front, Method::GET, &path, &bob.token, Value::Null).await.status, StatusCode::NOT_FOUND);
    let community = json!([{ "op": "replace", "path": "/visibility", "value": "community" }]);
    assert_eq!(patch(&front, &id, &ann, PATCH, community).await.status, StatusCode::OK);
    assert_eq!(get(&front, &path, &eve).await["name"], "ours");
    assert_eq!(names(&front, "", &eve).await, Vec::<String>::new());
    assert_eq!(names(&front, "?visibility=community", &eve).await, ["ours"]);
    assert_eq!(ask(&front, Method::GET, &members, &ann, Value::Null).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn schemas_tell_every_member_that_an_image_has() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await.token;
    for name in ["image", "images", "member", "members"] {
        assert_eq!(get(&front, &format!("/schemas/{name}"), &ann).await["name"], name);
    }
    assert_eq!(ask(&front, Method::GET, "/schemas/nope", &ann, Value::Null).await.status, StatusCode::NOT_FOUND);
    let told = get(&front, "/schemas/image", &ann).await["properties"].clone();
    let id = image(&front, &ann, raw("disk"), None).await;
    for name in get(&front, &format!("/images/{id}"), &ann).await.as_object().unwrap().keys() {
        assert!(told.get(name).is_some(), "{name}");
    }
    assert_eq!(get(&front, "/info/stores", &ann).await["stores"].as_array().unwrap().len(), 1);
}
