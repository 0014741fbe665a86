//! The bodies with which ports are made and changed.

use serde::Deserialize;

use super::attributes::{Kind, Resource, always, at_first, shown};
use crate::model::network::{AddressRequest, NewPort, PortPatch};
use crate::model::{InstanceId, NetworkId, SubnetId};

pub const PORT: Resource = Resource {
    one: "port",
    many: "ports",
    attributes: &[
        shown("status"),
        shown("binding:vif_type"),
        shown("binding:vif_details"),
        at_first("network_id", Kind::Text).required(),
        at_first("mac_address", Kind::Text).or_null(),
        always("name", Kind::Text),
        always("admin_state_up", Kind::Truth),
        always("fixed_ips", Kind::List),
        always("device_id", Kind::Text),
        always("device_owner", Kind::Text),
        always("security_groups", Kind::List).or_null(),
        always("port_security_enabled", Kind::Truth),
        always("allowed_address_pairs", Kind::ListOrNone),
        always("binding:host_id", Kind::Text).or_null(),
        always("binding:vnic_type", Kind::Only("normal")),
        // Hints for drivers, of which this cloud has none that takes any.
        always("binding:profile", Kind::Object).or_null(),
    ],
};

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
    #[serde(rename = "binding:host_id")]
    host: Option<String>,
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
            host: wanted.host.unwrap_or_default(),
            security_groups: wanted.security_groups,
            description: wanted.description,
            admin_state_up: wanted.admin_state_up,
            port_security: wanted.port_security,
            allowed_address_pairs: pairs(wanted.allowed_address_pairs),
        }
    }
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
    device_owner: Option<String>,
    #[serde(rename = "binding:host_id")]
    host: Option<String>,
}

/// A change of the port itself, and of where it is plugged in.
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
                device_owner: changes.device_owner,
            },
            binding: bound.then_some(Binding { device: changes.device_id, host: changes.host }),
        }
    }
}
