//! Which versions there are; open to everybody.

use axum::Json;
use serde_json::{Value, json};

use crate::http::base::Base;

/// `GET /network`.
pub async fn all(base: Base) -> Json<Value> {
    let links = json!([{ "rel": "self", "href": format!("{base}/network/v2.0/") }]);
    Json(json!({ "versions": [{ "id": "v2.0", "status": "CURRENT", "links": links }] }))
}
