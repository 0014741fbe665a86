//! Which versions there are; open to everybody.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;

use crate::http::base::Base;

/// `GET /volume`. Attachments came with 3.27; nothing later is served.
pub async fn all(base: Base) -> impl IntoResponse {
    let version = json!({
        "id": "v3.0",
        "status": "CURRENT",
        "version": "3.27",
        "min_version": "3.0",
        "updated": "2017-09-01T00:00:00Z",
        "links": [{ "rel": "self", "href": base.url("/volume/v3/") }],
        "media-types": [{ "base": "application/json", "type": "application/vnd.openstack.volume+json;version=3" }],
    });
    (StatusCode::MULTIPLE_CHOICES, Json(json!({ "versions": [version] })))
}
