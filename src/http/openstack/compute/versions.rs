//! Which versions there are; open to everybody.

use axum::Json;
use serde_json::{Value, json};

use super::microversion::{Microversion, NEWEST, OLDEST};
use crate::http::base::Base;

/// `GET /compute`.
pub async fn all(base: Base) -> Json<Value> {
    Json(json!({ "versions": [version(&base)] }))
}

/// `GET /compute/v2.1`.
pub async fn v2_1(base: Base) -> Json<Value> {
    let mut version = version(&base);
    version["media-types"] =
        json!([{ "base": "application/json", "type": "application/vnd.openstack.compute+json;version=2.1" }]);
    Json(json!({ "version": version }))
}

fn version(base: &Base) -> Value {
    json!({
        "id": "v2.1",
        "status": "CURRENT",
        "version": Microversion(NEWEST).to_string(),
        "min_version": Microversion(OLDEST).to_string(),
        "updated": "2013-07-23T11:33:21Z",
        "links": [{ "rel": "self", "href": format!("{base}/compute/v2.1/") }],
    })
}
