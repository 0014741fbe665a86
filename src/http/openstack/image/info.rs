//! `/image/v2/info`: what of import and stores there is.

use axum::Json;
use serde_json::{Value, json};

use crate::http::openstack::auth::Auth;

/// `GET …/import`: data comes by upload alone.
pub async fn import(_: Auth) -> Json<Value> {
    Json(json!({ "import-methods": {
        "description": "Ways to import data; it can be uploaded in any case.",
        "type": "array",
        "value": [],
    } }))
}

/// `GET …/stores`: the one that there is.
pub async fn stores(_: Auth) -> Json<Value> {
    Json(json!({ "stores": [{ "id": "file", "description": "Files of the image service", "default": "true" }] }))
}
