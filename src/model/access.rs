//! How clients reach the cloud.

use serde::{Deserialize, Serialize};

use super::ProjectId;

/// The only region (identity API `/v3/regions`).
pub const REGION: &str = "RegionOne";

/// Where a project's id goes in a service's path.
pub const PROJECT: &str = "%(project_id)s";

/// A service as the catalog has it (identity API `/v3/services`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// What kind of service, as clients look it up: `compute`.
    pub kind: &'static str,
    /// OpenStack's name for what answers there: `nova`.
    pub name: &'static str,
    pub description: &'static str,
    /// Below the address by which the client reached the cloud; [`PROJECT`] may stand in it.
    pub path: &'static str,
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

/// Where a service answers a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    pub kind: String,
    pub name: String,
    /// With scheme, host and port.
    pub url: String,
}

/// Where every service answers a project, by the address by which the client reached the cloud.
pub fn endpoints(address: &str, project: &ProjectId) -> Vec<Endpoint> {
    let endpoint = |service: Service| Endpoint {
        kind: service.kind.to_owned(),
        name: service.name.to_owned(),
        url: format!("{address}{}", service.path.replace(PROJECT, project.as_str())),
    };
    SERVICES.map(endpoint).into()
}

/// What the page about access by API shows and offers as files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiAccess {
    pub auth_url: String,
    pub project: String,
    pub endpoints: Vec<Endpoint>,
    /// For shells; asks for the password.
    pub openrc: String,
    /// For clients that read `clouds.yaml`; they ask for the password, or find it in `secure.yaml`.
    pub clouds_yaml: String,
}
