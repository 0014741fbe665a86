//! `/image/v2/info`: what of import and stores there is.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::openstack::auth::Auth;

/// `GET …/import`: those that are enabled.
pub async fn import(State(services): State<Services>, _: Auth) -> Json<Value> {
    Json(json!({ "import-methods": {
        "description": "Ways to import data; it can be uploaded in any case.",
        "type": "array",
        "value": services.image.import_methods(),
    } }))
}

/// `GET …/stores`: the one that there is.
pub async fn stores(_: Auth) -> Json<Value> {
    Json(json!({ "stores": [{ "id": "file", "description": "Files of the image service", "default": "true" }] }))
}
