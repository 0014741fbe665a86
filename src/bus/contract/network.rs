//! Networks, routers and firewall rules as a host should have them.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};

use crate::model::network::{AddressPair, HostRoute};
use crate::model::security_group::SecurityGroupRule;
use crate::model::{NetworkId, PortId, RouterId, SecurityGroupId, SubnetId};

/// How a network's frames travel beyond its bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Segment {
    /// They stay on the host.
    Local,
    /// As they are, on a physical network that the host maps to a bridge or an interface of its own.
    Flat { physical_network: String },
    /// With a VLAN tag (1 to 4094) on such a physical network.
    Vlan { physical_network: String, id: i64 },
}

/// A network as one host should have it: a bridge, and DHCP for the ports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkPlan {
    pub network_id: NetworkId,
    pub name: String,
    pub bridge: String,
    pub segment: Segment,
    /// Without it the bridge carries nothing and nobody serves addresses.
    pub admin_state_up: bool,
    pub mtu: i64,
    pub subnets: Vec<SubnetPlan>,
    /// Every port of the network with an address, whichever host it is on.
    pub ports: Vec<PortPlan>,
}

/// A subnet as DHCP hands it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubnetPlan {
    pub subnet_id: SubnetId,
    pub cidr: Ipv4Net,
    pub gateway_ip: Option<Ipv4Addr>,
    pub enable_dhcp: bool,
    /// The address that the DHCP server itself uses, out of the subnet (port `network:dhcp`).
    pub dhcp_ip: Option<Ipv4Addr>,
    pub dns_nameservers: Vec<IpAddr>,
    pub host_routes: Vec<HostRoute>,
}

/// A port as a host wires it and as DHCP knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortPlan {
    pub port_id: PortId,
    pub network_id: NetworkId,
    pub tap: String,
    pub bridge: String,
    pub mac: String,
    pub ip: Option<Ipv4Addr>,
    pub hostname: String,
    pub device_id: String,
    pub device_owner: String,
    pub host: String,
    pub mtu: i64,
}

/// What may pass at the ports of a host: every port of an instance there, and the groups that they are in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FirewallPlan {
    pub ports: Vec<FirewallPort>,
    /// Every group that a port here is in, and every one that a rule of those names as its remote side.
    pub groups: Vec<FirewallGroup>,
}

/// A port as the firewall sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FirewallPort {
    pub port_id: PortId,
    pub network_id: NetworkId,
    pub tap: String,
    pub bridge: String,
    /// Six lower-case hex pairs with colons.
    pub mac: String,
    pub ips: Vec<IpAddr>,
    /// Further addresses that it may use as its own.
    pub allowed_address_pairs: Vec<AddressPair>,
    /// Off: nothing is checked, neither addresses nor rules.
    pub port_security: bool,
    pub admin_state_up: bool,
    /// None at all means: nothing in, nothing out, but for DHCP and ARP.
    pub groups: Vec<SecurityGroupId>,
    /// The only addresses whose DHCP answers reach the port.
    pub dhcp_servers: Vec<Ipv4Addr>,
}

/// A security group with what its rules need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FirewallGroup {
    pub group_id: SecurityGroupId,
    pub rules: Vec<SecurityGroupRule>,
    /// The addresses of every port in the group, wherever it is, for rules that name the group as remote side.
    pub members: Vec<IpNet>,
}

/// A router as the host that carries it should have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RouterPlan {
    pub router_id: RouterId,
    pub admin_state_up: bool,
    pub interfaces: Vec<LegPlan>,
    pub gateway: Option<GatewayPlan>,
    /// Static routes beside the default one.
    pub routes: Vec<HostRoute>,
    pub floating_ips: Vec<FloatingPlan>,
}

/// A router's port on a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LegPlan {
    pub port_id: PortId,
    pub network_id: NetworkId,
    pub bridge: String,
    pub mac: String,
    pub mtu: i64,
    /// Its own addresses, each with the prefix length of its subnet; host bits set.
    pub addresses: Vec<Ipv4Net>,
}

/// A router's way out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GatewayPlan {
    pub leg: LegPlan,
    /// The external subnet's gateway.
    pub next_hop: Option<Ipv4Addr>,
    /// Whether inner addresses leave as the router's own.
    pub enable_snat: bool,
}

/// A floating IP: an outer address that stands for an inner one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FloatingPlan {
    pub floating_ip: Ipv4Addr,
    pub fixed_ip: Ipv4Addr,
}
