//! Which versions there are, open to everybody; and what the one has.

use axum::Json;
use serde_json::{Value, json};

use crate::http::base::Base;
use crate::http::openstack::auth::Auth;

/// `GET /network`.
pub async fn all(base: Base) -> Json<Value> {
    let links = json!([{ "rel": "self", "href": base.url("/network/v2.0/") }]);
    Json(json!({ "versions": [{ "id": "v2.0", "status": "CURRENT", "links": links }] }))
}

/// The name of one, and of several.
const RESOURCES: [(&str, &str); 10] = [
    ("network", "networks"),
    ("subnet", "subnets"),
    ("port", "ports"),
    ("router", "routers"),
    ("floatingip", "floatingips"),
    ("security_group", "security-groups"),
    ("security_group_rule", "security-group-rules"),
    ("rbac_policy", "rbac-policies"),
    ("agent", "agents"),
    ("quota", "quotas"),
];

/// `GET /network/v2.0`: its collections.
pub async fn v2_0(base: Base, _: Auth) -> Json<Value> {
    let resource = |(name, collection): (&str, &str)| {
        let links = json!([{ "rel": "self", "href": base.url(&format!("/network/v2.0/{collection}")) }]);
        json!({ "name": name, "collection": collection, "links": links })
    };
    Json(json!({ "resources": RESOURCES.map(resource) }))
}
