//! Which versions there are; open to everybody.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::http::base::Base;

/// `GET /identity`.
pub async fn all(base: Base) -> impl IntoResponse {
    let location = [(LOCATION, base.url("/identity/v3/"))];
    (StatusCode::MULTIPLE_CHOICES, location, Json(json!({ "versions": { "values": [version(&base)] } })))
}

/// `GET /identity/v3`.
pub async fn v3(base: Base) -> Json<Value> {
    Json(json!({ "version": version(&base) }))
}

fn version(base: &Base) -> Value {
    json!({
        "id": "v3.14",
        "status": "stable",
        "updated": "2020-04-07T00:00:00Z",
        "links": [{ "rel": "self", "href": base.url("/identity/v3/") }],
        "media-types": [{ "base": "application/json", "type": "application/vnd.openstack.identity-v3+json" }],
    })
}
