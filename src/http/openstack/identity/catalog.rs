//! The catalog: where each service is, by the address that the client itself used.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::http::base::Base;
use crate::model::ProjectId;
use crate::model::access::{PROJECT, REGION, SERVICES, Service};

const INTERFACES: [&str; 3] = ["public", "internal", "admin"];

/// An address of a service.
pub struct Endpoint {
    pub id: String,
    pub service: String,
    pub interface: &'static str,
    pub url: String,
}

/// The id of a kind of service.
pub fn service_id(kind: &str) -> String {
    id(&[kind])
}

/// A service's addresses, one an interface.
pub fn endpoints(service: &Service, base: &Base) -> Vec<Endpoint> {
    let endpoint = |interface| Endpoint {
        id: id(&[service.kind, interface]),
        service: service_id(service.kind),
        interface,
        url: base.url(service.path),
    };
    INTERFACES.map(endpoint).into()
}

/// Every service that the project can use; without a project, those that need none.
pub fn catalog(base: &Base, project: Option<&ProjectId>) -> Value {
    let usable = SERVICES.iter().filter(|service| project.is_some() || !service.path.contains(PROJECT));
    usable.map(|service| entry(service, base, project)).collect()
}

fn entry(service: &Service, base: &Base, project: Option<&ProjectId>) -> Value {
    let endpoint = |endpoint: Endpoint| {
        let url = project.map_or(endpoint.url.clone(), |project| endpoint.url.replace(PROJECT, project.as_str()));
        json!({
            "id": endpoint.id,
            "interface": endpoint.interface,
            "region_id": REGION,
            "region": REGION,
            "url": url,
        })
    };
    let endpoints: Vec<Value> = endpoints(service, base).into_iter().map(endpoint).collect();
    json!({ "endpoints": endpoints, "id": service_id(service.kind), "type": service.kind, "name": service.name })
}

/// An id that stays the same without being kept anywhere.
fn id(parts: &[&str]) -> String {
    hex::encode(&Sha256::digest(parts.join("/"))[..16])
}
