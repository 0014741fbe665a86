//! Which versions there are.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::http::base::Base;
use crate::http::openstack::auth::Bearer;
use crate::http::openstack::microversion::NEWEST_VOLUME;

/// `GET /volume`; open to everybody.
pub async fn all(base: Base) -> impl IntoResponse {
    (StatusCode::MULTIPLE_CHOICES, Json(versions(&base)))
}

/// `GET /volume/v3`, for whoever has a token, as Cinder has it.
pub async fn v3(_: Bearer, base: Base) -> Json<Value> {
    Json(versions(&base))
}

fn versions(base: &Base) -> Value {
    let version = json!({
        "id": "v3.0",
        "status": "CURRENT",
        "version": format!("3.{NEWEST_VOLUME}"),
        "min_version": "3.0",
        "updated": "2022-08-31T00:00:00Z",
        "links": [
            { "rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/" },
            { "rel": "self", "href": base.url("/volume/v3/") },
        ],
        "media-types": [{ "base": "application/json", "type": "application/vnd.openstack.volume+json;version=3" }],
    });
    json!({ "versions": [version] })
}
