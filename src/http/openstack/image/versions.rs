//! Which versions there are; open to everybody.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::http::base::Base;

/// `GET /image`.
pub async fn all(base: Base) -> impl IntoResponse {
    (StatusCode::MULTIPLE_CHOICES, versions(&base))
}

/// `GET /image/versions`.
pub async fn listed(base: Base) -> Json<Value> {
    versions(&base)
}

fn versions(base: &Base) -> Json<Value> {
    let links = json!([{ "rel": "self", "href": base.url("/image/v2/") }]);
    Json(json!({ "versions": [
        { "id": "v2.5", "status": "CURRENT", "links": links },
        { "id": "v2.4", "status": "SUPPORTED", "links": links },
        { "id": "v2.3", "status": "SUPPORTED", "links": links },
        { "id": "v2.2", "status": "SUPPORTED", "links": links },
        { "id": "v2.1", "status": "SUPPORTED", "links": links },
        { "id": "v2.0", "status": "SUPPORTED", "links": links },
    ] }))
}
