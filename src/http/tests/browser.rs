//! What browsers ask for.

use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{Method, Request, StatusCode};
use futures::StreamExt as _;
use serde_json::json;
use tower::ServiceExt as _;

use super::{Front, HERE};
use crate::control::events::News;
use crate::model::live::Change;
use crate::model::{Noun, ProjectId, Reason};

const OURS: (&str, &str) = ("origin", "http://cloud.example:8080");
const THEIRS: (&str, &str) = ("origin", "http://evil.example");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn pages_ask_for_a_sign_in_and_lead_back() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let stranger = front.get("/instances?status=ACTIVE", &[]).await;
    assert_eq!(
        (stranger.status, stranger.header("location")),
        (StatusCode::SEE_OTHER, "/login?next=%2Finstances%3Fstatus%3DACTIVE")
    );
    assert_eq!(front.get("/login", &[]).await.status, StatusCode::OK);

    let cookie = front.cookie("ann").await;
    let known = front.get("/login", &[("cookie", &cookie)]).await;
    assert_eq!((known.status, known.header("location")), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(front.get("/keypairs", &[("cookie", &cookie)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_ends_with_its_token() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let cookie = front.cookie("ann").await;
    assert_eq!(front.get("/keypairs", &[("cookie", &cookie)]).await.status, StatusCode::OK);
    front.cloud.clock.advance(chrono::TimeDelta::hours(2));
    assert_eq!(front.get("/keypairs", &[("cookie", &cookie)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_gives_a_new_session_id() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let before = front.cookie("ann").await;
    let form = "domain=Default&user=ann&password=correct+horse";
    let headers = [OURS, FORM, ("accept", "text/html"), ("cookie", before.as_str())];
    let again = front.send(Method::POST, "/api/session/login", &headers, form).await;
    let after = again.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_ne!(before, after);
    assert_eq!(
        front.get("/keypairs", &[("cookie", &before)]).await.status,
        StatusCode::SEE_OTHER,
        "the old id is dead"
    );
    assert_eq!(front.get("/keypairs", &[("cookie", &after)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_site_s_form_is_refused() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let cookie = front.cookie("ann").await;
    for path in ["/api/session/logout", "/upload/images"] {
        let headers = [THEIRS, FORM, ("cookie", cookie.as_str()), ("accept", "application/json")];
        let refused = front.send(Method::POST, path, &headers, "").await;
        assert_eq!(
            (refused.status, &refused.json()["reason"]),
            (StatusCode::FORBIDDEN, &json!(Reason::BadOrigin)),
            "{path}"
        );
    }
    assert_eq!(front.get("/keypairs", &[("cookie", &cookie)]).await.status, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn a_page_s_policy_names_the_nonce_of_its_scripts() {
    let front = Front::new().await;
    let page = front.get("/login", &[]).await;
    let policy = page.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect(policy);
    assert!(page.body.contains(&format!("nonce=\"{nonce}\"")), "the page's scripts do not carry {nonce}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("'wasm-unsafe-eval'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert!(front.get("/identity/v3", &[]).await.header("content-security-policy").contains("default-src 'none'"));
}

#[tokio::test]
async fn files_are_cached_by_version_or_tag() {
    let front = Front::new().await;
    let plain = front.get("/pkg/arcus.css", &[]).await;
    assert_eq!((plain.status, plain.header("cache-control")), (StatusCode::OK, "no-cache"));
    let tag = plain.header("etag").to_owned();
    let known = front.get("/pkg/arcus.css", &[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.body.as_str(), known.header("etag")), (StatusCode::NOT_MODIFIED, "", tag.as_str()));
    let other = front.get("/pkg/arcus.css", &[("if-none-match", "W/\"other\"")]).await;
    assert_eq!(other.status, StatusCode::OK);

    let versioned = front.get("/pkg/arcus.css?v=1", &[("accept-encoding", "br")]).await;
    assert!(versioned.header("cache-control").contains("immutable"));
    assert_eq!((versioned.header("content-encoding"), versioned.body.as_str()), ("br", "compressed"));
    assert_ne!(versioned.header("etag"), tag, "each encoding has its own tag");

    let missing = front.get("/pkg/nothing.js", &[]).await;
    assert_eq!((missing.status, missing.header("etag")), (StatusCode::NOT_FOUND, ""));
    assert_eq!(front.get("/pkg/../../Cargo.toml", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn news_reach_those_whom_they_concern() {
    let front = Front::new().await;
    let ann = front.cloud.person("ann", "red", "member").await;
    assert_eq!(front.get("/events", &[]).await.status, StatusCode::UNAUTHORIZED);

    let cookie = front.cookie("ann").await;
    let request = Request::get("/events").header(HOST, HERE).header("cookie", &cookie).body(Body::empty()).unwrap();
    let response = front.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let tell = |id: &str, project: Option<ProjectId>| {
        let change = Change { noun: Noun::Instance, id: id.into(), project_id: project, version: 7 };
        front.cloud.services.events.tell(News::Changed(change));
    };
    tell("foreign", Some("another".into()));
    tell("own", Some(ann.project_id));
    tell("everybody's", None);
    let mut said = String::new();
    let mut chunks = response.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        said.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        if said.contains("everybody") {
            // The stream must end now, or this loop never does.
            front.stopping.cancel();
        }
    }
    assert!(said.contains("event: change\ndata: {\"noun\":\"instance\",\"id\":\"own\",\"version\":7}"), "{said}");
    assert!(said.contains("everybody's") && !said.contains("foreign"), "{said}");
}

#[tokio::test]
async fn who_begins_to_listen_late_is_told_that_news_were_missed() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let cookie = front.cookie("ann").await;
    let page = front.get("/flavors", &[("cookie", &cookie)]).await.body;
    let known = page.split_once("data-news=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a count").0;
    let listen = async || {
        let address = format!("/events?since={known}");
        let request = Request::get(address).header(HOST, HERE).header("cookie", &cookie).body(Body::empty()).unwrap();
        front.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream()
    };
    let tell = |id: &str| {
        let change = Change { noun: Noun::Flavor, id: id.into(), project_id: None, version: 1 };
        front.cloud.services.events.tell(News::Changed(change));
    };
    let mut in_time = listen().await;
    tell("one");
    let mut late = listen().await;
    let first = async |chunks: &mut axum::body::BodyDataStream| {
        String::from_utf8(chunks.next().await.unwrap().unwrap().to_vec()).unwrap()
    };
    assert!(first(&mut in_time).await.starts_with("event: change\n"));
    assert!(first(&mut late).await.starts_with("event: missed\n"));
}

#[tokio::test]
async fn an_upload_without_script_comes_back_to_the_images() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "member").await;
    let cookie = front.cookie("ann").await;
    let form = |format: &str| {
        let field = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"d.img\"\r\n\r\n";
        let (fields, sector) = ([field("name", "my disk"), field("disk_format", format)].concat(), "x".repeat(512));
        format!("{fields}{file}{sector}\r\n--b--\r\n")
    };
    let kind = ("content-type", "multipart/form-data; boundary=b");
    let send = async |accept: &str, format: &str| {
        let headers = [OURS, kind, ("cookie", cookie.as_str()), ("accept", accept)];
        front.send(Method::POST, "/upload/images", &headers, form(format)).await
    };
    let done = send("text/html", "raw").await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/images?flash=created&name=my%20disk"));
    let refused = send("text/html", "vhd").await;
    assert!(refused.header("location").starts_with("/images?error=%7B"), "{}", refused.header("location"));
    let scripted = send("application/json", "raw").await;
    assert_eq!((scripted.status, &scripted.json()["status"]), (StatusCode::CREATED, &json!("active")));
    let mislabelled = send("application/json", "qcow2").await;
    assert_eq!(
        (mislabelled.status, &mislabelled.json()["reason"]["code"]),
        (StatusCode::BAD_REQUEST, &json!("image_format_mismatch"))
    );

    let stranger = [OURS, kind, ("accept", "application/json")];
    let refused = front.send(Method::POST, "/upload/images", &stranger, form("raw")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}
