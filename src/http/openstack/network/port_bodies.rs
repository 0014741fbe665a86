//! The bodies with which ports are made and changed.

use serde::Deserialize;

use crate::model::network::{AddressRequest, NewPort, PortPatch};
use crate::model::{InstanceId, NetworkId, SubnetId};

/// A new port.
#[derive(Deserialize)]
pub struct Wanted {
    network_id: NetworkId,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    /// An empty list means that it is to have none.
    fixed_ips: Option<Vec<FixedIp>>,
    mac_address: Option<String>,
    #[serde(default)]
    device_id: String,
    #[serde(default)]
    device_owner: String,
    #[serde(default, rename = "binding:host_id")]
    host: String,
    security_groups: Option<Vec<String>>,
    admin_state_up: Option<bool>,
    #[serde(rename = "port_security_enabled")]
    port_security: Option<bool>,
    #[serde(default)]
    allowed_address_pairs: Vec<Pair>,
}

#[derive(Deserialize)]
struct FixedIp {
    subnet_id: Option<SubnetId>,
    ip_address: Option<String>,
}

impl From<FixedIp> for AddressRequest {
    fn from(fixed: FixedIp) -> Self {
        Self { subnet_id: fixed.subnet_id, ip: fixed.ip_address }
    }
}

#[derive(Deserialize)]
struct Pair {
    ip_address: String,
    mac_address: Option<String>,
}

fn pairs(pairs: Vec<Pair>) -> Vec<(String, Option<String>)> {
    pairs.into_iter().map(|pair| (pair.ip_address, pair.mac_address)).collect()
}

impl From<Wanted> for NewPort {
    fn from(wanted: Wanted) -> Self {
        Self {
            network_id: wanted.network_id,
            name: wanted.name,
            fixed_ip: None,
            without_address: wanted.fixed_ips.as_ref().is_some_and(Vec::is_empty),
            fixed_ips: wanted.fixed_ips.into_iter().flatten().map(Into::into).collect(),
            mac: wanted.mac_address,
            device_id: wanted.device_id,
            device_owner: wanted.device_owner,
            host: wanted.host,
            security_groups: wanted.security_groups,
            description: wanted.description,
            admin_state_up: wanted.admin_state_up,
            port_security: wanted.port_security,
            allowed_address_pairs: pairs(wanted.allowed_address_pairs),
        }
    }
}

/// The body of a change.
#[derive(Deserialize)]
pub struct Update {
    pub port: Changes,
}

/// What is to be different.
#[derive(Deserialize)]
pub struct Changes {
    name: Option<String>,
    description: Option<String>,
    fixed_ips: Option<Vec<FixedIp>>,
    security_groups: Option<Vec<String>>,
    admin_state_up: Option<bool>,
    #[serde(rename = "port_security_enabled")]
    port_security: Option<bool>,
    allowed_address_pairs: Option<Vec<Pair>>,
    device_id: Option<InstanceId>,
    #[serde(rename = "binding:host_id")]
    host: Option<String>,
}

/// A change of the port itself, and one of where it is plugged in.
pub struct PortChange {
    pub patch: PortPatch,
    pub binding: Option<Binding>,
}

/// Where a port is to be plugged in; what is none stays.
pub struct Binding {
    pub device: Option<InstanceId>,
    pub host: Option<String>,
}

impl From<Changes> for PortChange {
    fn from(changes: Changes) -> Self {
        let bound = changes.device_id.is_some() || changes.host.is_some();
        Self {
            patch: PortPatch {
                name: changes.name,
                description: changes.description,
                admin_state_up: changes.admin_state_up,
                port_security: changes.port_security,
                security_groups: changes.security_groups,
                allowed_address_pairs: changes.allowed_address_pairs.map(pairs),
                fixed_ips: changes.fixed_ips.map(|ips| ips.into_iter().map(Into::into).collect()),
            },
            binding: bound.then_some(Binding { device: changes.device_id, host: changes.host }),
        }
    }
}
