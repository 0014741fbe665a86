//! How clients reach the cloud.

use serde::{Deserialize, Serialize};

use super::ProjectId;

/// The only region (identity API `/v3/regions`).
pub const REGION: &str = "RegionOne";

/// A service of the catalog (identity API `/v3/auth/catalog`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// What kind of service, as clients look it up: `compute`, `volumev3`.
    pub kind: String,
    /// OpenStack's name for what answers there: `nova`.
    pub name: String,
    /// Where it answers, with scheme, host and port.
    pub url: String,
}

/// Every service that a project can use, at the address by which the client reached the cloud.
pub fn services(address: &str, project: &ProjectId) -> Vec<Service> {
    let services = [
        ("identity", "keystone", "/identity/v3".to_owned()),
        ("compute", "nova", "/compute/v2.1".to_owned()),
        ("image", "glance", "/image".to_owned()),
        ("network", "neutron", "/network".to_owned()),
        ("volumev3", "cinderv3", format!("/volume/v3/{project}")),
    ];
    let service = |(kind, name, path): (&str, &str, String)| Service {
        kind: kind.to_owned(),
        name: name.to_owned(),
        url: format!("{address}{path}"),
    };
    services.map(service).into()
}

/// What the page about access by API shows and offers as files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiAccess {
    pub auth_url: String,
    pub project: String,
    pub services: Vec<Service>,
    /// For shells; asks for the password.
    pub openrc: String,
    /// For clients that read `clouds.yaml`; they ask for the password, or find it in `secure.yaml`.
    pub clouds_yaml: String,
}
