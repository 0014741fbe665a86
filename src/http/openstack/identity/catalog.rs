//! The catalog: where each service is, by the address that the client itself used.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::http::base::Base;
use crate::model::ProjectId;

const REGION: &str = "RegionOne";

/// Every service that the project can use.
pub fn catalog(base: &Base, project: &ProjectId) -> Value {
    let services = [
        ("identity", "keystone", "/identity/v3".to_owned()),
        ("compute", "nova", "/compute/v2.1".to_owned()),
        ("image", "glance", "/image".to_owned()),
        ("network", "neutron", "/network".to_owned()),
        ("volumev3", "cinderv3", format!("/volume/v3/{project}")),
    ];
    services.map(|(kind, name, path)| service(kind, name, &format!("{base}{path}"))).to_vec().into()
}

fn service(kind: &str, name: &str, url: &str) -> Value {
    let endpoints = ["public", "internal", "admin"].map(|interface| {
        json!({
            "id": id(&[kind, interface]),
            "interface": interface,
            "region_id": REGION,
            "region": REGION,
            "url": url,
        })
    });
    json!({ "endpoints": endpoints, "id": id(&[kind]), "type": kind, "name": name })
}

/// An id that stays the same without being kept anywhere.
fn id(parts: &[&str]) -> String {
    hex::encode(&Sha256::digest(parts.join("/"))[..16])
}
