//! Which versions there are; open to everybody.

use axum::Json;
use serde_json::{Value, json};

use super::microversion::{NEWEST, OLDEST};
use crate::http::base::Base;

/// `GET /compute`.
pub async fn all(base: Base) -> Json<Value> {
    Json(json!({ "versions": [old(&base), current(&base)] }))
}

/// `GET /compute/v2`.
pub async fn v2(base: Base) -> Json<Value> {
    one(old(&base), "2")
}

/// `GET /compute/v2.1`.
pub async fn v2_1(base: Base) -> Json<Value> {
    one(current(&base), "2.1")
}

fn one(mut version: Value, number: &str) -> Json<Value> {
    let kind = format!("application/vnd.openstack.compute+json;version={number}");
    version["media-types"] = json!([{ "base": "application/json", "type": kind }]);
    Json(json!({ "version": version }))
}

/// The API by its older name, without microversions.
fn old(base: &Base) -> Value {
    json!({
        "id": "v2.0",
        "status": "SUPPORTED",
        "version": "",
        "min_version": "",
        "updated": "2011-01-21T11:33:21Z",
        "links": [{ "rel": "self", "href": base.url("/compute/v2/") }],
    })
}

fn current(base: &Base) -> Value {
    json!({
        "id": "v2.1",
        "status": "CURRENT",
        "version": format!("2.{NEWEST}"),
        "min_version": format!("2.{OLDEST}"),
        "updated": "2013-07-23T11:33:21Z",
        "links": [{ "rel": "self", "href": base.url("/compute/v2.1/") }],
    })
}
