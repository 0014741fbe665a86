//! What people ask of networks, subnets and ports; addresses still as typed.

use serde::{Deserialize, Serialize};

use crate::model::{NetworkId, SubnetId};

/// What a person gives to make a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewNetwork {
    pub name: String,
    pub description: String,
    pub admin_state_up: bool,
    pub shared: bool,
    pub external: bool,
    pub mtu: Option<i64>,
    pub provider_type: Option<String>,
    pub physical_network: Option<String>,
    pub segmentation_id: Option<i64>,
    /// None means on.
    pub port_security: Option<bool>,
}

/// Changes to a network; a field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NetworkPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub admin_state_up: Option<bool>,
    pub shared: Option<bool>,
    pub external: Option<bool>,
    pub port_security: Option<bool>,
}

/// What a person gives to make a subnet; all addresses still as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NewSubnet {
    pub network_id: String,
    pub name: String,
    pub description: String,
    pub cidr: String,
    /// `None` means the first address of the subnet; `Some("")` means no gateway.
    pub gateway_ip: Option<String>,
    pub enable_dhcp: bool,
    /// Pairs of first and last address; empty means everything but network, broadcast and gateway.
    pub allocation_pools: Vec<(String, String)>,
    pub dns_nameservers: Vec<String>,
    pub host_routes: Vec<(String, String)>,
}

/// Changes to a subnet; a field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SubnetPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    /// `Some("")` means no gateway.
    pub gateway_ip: Option<String>,
    pub enable_dhcp: Option<bool>,
    pub allocation_pools: Option<Vec<(String, String)>>,
    pub dns_nameservers: Option<Vec<String>>,
    pub host_routes: Option<Vec<(String, String)>>,
}

/// An address that a port is to have: a chosen one, or the lowest free one; in the subnet, if it is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRequest {
    pub subnet_id: Option<SubnetId>,
    /// As typed.
    pub ip: Option<String>,
}

/// What a caller gives to make a port.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NewPort {
    pub network_id: NetworkId,
    pub name: String,
    /// A chosen address, or none for the lowest free one.
    pub fixed_ip: Option<String>,
    /// All its addresses, where there is more to say than one of them.
    pub fixed_ips: Vec<AddressRequest>,
    /// It is to have none.
    pub without_address: bool,
    pub mac: Option<String>,
    pub device_id: String,
    pub device_owner: String,
    pub host: String,
    /// Group names or ids; none means `default`.
    pub security_groups: Option<Vec<String>>,
    pub description: String,
    /// None means up.
    pub admin_state_up: Option<bool>,
    /// None means as its network says.
    pub port_security: Option<bool>,
    /// Address or range as typed, and a MAC address.
    pub allowed_address_pairs: Vec<(String, Option<String>)>,
}

/// Changes to a port; a field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PortPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub admin_state_up: Option<bool>,
    pub port_security: Option<bool>,
    /// Group names or ids.
    pub security_groups: Option<Vec<String>>,
    pub allowed_address_pairs: Option<Vec<(String, Option<String>)>>,
    /// The addresses it is to have; those of them that it has already stay.
    pub fixed_ips: Option<Vec<AddressRequest>>,
    /// What kind of thing it is for. These are words: the port does not become that thing's.
    pub device_owner: Option<String>,
}
