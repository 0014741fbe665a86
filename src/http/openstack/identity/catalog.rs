//! The catalog: where each service is, by the address that the client itself used.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::http::base::Base;
use crate::model::ProjectId;

/// The region that all of Arcus is.
pub const REGION: &str = "RegionOne";
/// Where a project's id goes in an endpoint's address.
const PROJECT: &str = "%(project_id)s";
const INTERFACES: [&str; 3] = ["public", "internal", "admin"];

/// A service as the catalog has it: type, name, what it is, and its path, in which the project's id may stand.
pub struct Service {
    pub kind: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    path: &'static str,
}

/// An address of a service.
pub struct Endpoint {
    pub id: String,
    pub service: String,
    pub interface: &'static str,
    pub url: String,
}

const fn service(kind: &'static str, name: &'static str, description: &'static str, path: &'static str) -> Service {
    Service { kind, name, description, path }
}

/// Every service.
pub const SERVICES: [Service; 5] = [
    service("identity", "keystone", "OpenStack Identity", "/identity/v3"),
    service("compute", "nova", "OpenStack Compute", "/compute/v2.1"),
    service("image", "glance", "OpenStack Image", "/image"),
    service("network", "neutron", "OpenStack Networking", "/network"),
    service("volumev3", "cinderv3", "OpenStack Block Storage", "/volume/v3/%(project_id)s"),
];

impl Service {
    pub fn id(&self) -> String {
        id(&[self.kind])
    }

    /// Its addresses, one an interface.
    pub fn endpoints(&self, base: &Base) -> Vec<Endpoint> {
        let endpoint = |interface| Endpoint {
            id: id(&[self.kind, interface]),
            service: self.id(),
            interface,
            url: format!("{base}{}", self.path),
        };
        INTERFACES.map(endpoint).into()
    }
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
    let endpoints: Vec<Value> = service.endpoints(base).into_iter().map(endpoint).collect();
    json!({ "endpoints": endpoints, "id": service.id(), "type": service.kind, "name": service.name })
}

/// An id that stays the same without being kept anywhere.
fn id(parts: &[&str]) -> String {
    hex::encode(&Sha256::digest(parts.join("/"))[..16])
}
