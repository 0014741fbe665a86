//! Routers and floating IPs.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::network::{FixedIp, HostRoute, Standard};
use super::{FloatingIpId, NetworkId, PortId, ProjectId, RouterId, SubnetId, Timestamp};

/// The owner of the ports by which a router stands in a project's networks.
pub const INTERFACE: &str = "network:router_interface";
/// The owner of the port by which it stands in an external network.
pub const GATEWAY: &str = "network:router_gateway";
/// The owner of the port that holds a floating IP's address.
pub const FLOATING_IP: &str = "network:floatingip";

/// A router (network API `/v2.0/routers`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Router {
    pub id: RouterId,
    pub project_id: ProjectId,
    pub name: String,
    pub description: String,
    pub admin_state_up: bool,
    pub gateway: Option<ExternalGateway>,
    /// In the order in which they were added.
    pub interfaces: Vec<RouterInterface>,
    /// Static routes beside the default one.
    pub routes: Vec<HostRoute>,
    /// The host that carries it, or empty while none does.
    pub host: String,
    pub standard: Standard,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A router's way out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExternalGateway {
    pub network_id: NetworkId,
    pub port_id: PortId,
    pub enable_snat: bool,
    pub fixed_ips: Vec<FixedIp>,
}

/// A router's port on one subnet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouterInterface {
    pub port_id: PortId,
    pub network_id: NetworkId,
    pub subnet_id: SubnetId,
    pub ip: Ipv4Addr,
}

/// What a person gives to make a router.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRouter {
    pub name: String,
    pub description: String,
    pub admin_state_up: bool,
    pub gateway: Option<NewGateway>,
}

/// The way out that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewGateway {
    pub network_id: NetworkId,
    /// None means as it is, or on for a new one.
    pub enable_snat: Option<bool>,
    /// A chosen outer address, as typed; none for the next free one.
    pub fixed_ip: Option<String>,
}

/// Changes to a router; a field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RouterPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub admin_state_up: Option<bool>,
    /// `Some(None)` takes the way out away.
    pub gateway: Option<Option<NewGateway>>,
    /// Destination and next hop, as typed.
    pub routes: Option<Vec<(String, String)>>,
}

/// What joins a router to a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterfaceBy {
    /// A subnet: the router takes its gateway address.
    Subnet(SubnetId),
    /// A port that exists, with its address.
    Port(PortId),
}

/// A floating IP (network API `/v2.0/floatingips`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FloatingIp {
    pub id: FloatingIpId,
    pub project_id: ProjectId,
    /// The external network that it is of.
    pub network_id: NetworkId,
    pub address: Ipv4Addr,
    /// The port that it leads to, with that one's address and the router in between.
    pub target: Option<FloatingTarget>,
    pub description: String,
    pub standard: Standard,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Where a floating IP leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FloatingTarget {
    pub port_id: PortId,
    pub fixed_ip: Ipv4Addr,
    pub router_id: RouterId,
    /// The instance that has the port, or empty.
    pub device_id: String,
}

/// What a person gives to get a floating IP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewFloatingIp {
    pub network_id: NetworkId,
    /// A chosen address, as typed (administrators); none for the next free one.
    pub address: Option<String>,
    pub description: String,
    pub port_id: Option<PortId>,
    /// Which of the port's addresses, as typed; none for its first.
    pub fixed_ip: Option<String>,
}
