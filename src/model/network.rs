//! Networks, subnets, ports and the arithmetic of addresses.

mod rbac;
mod requests;
mod standard;

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};

pub use self::rbac::{NewRbacPolicy, RbacPolicy};
pub use self::requests::{AddressRequest, NetworkPatch, NewNetwork, NewPort, NewSubnet, PortPatch, SubnetPatch};
pub use self::standard::{Standard, tags_of};
use super::{NetworkId, PortId, ProjectId, Reason, SecurityGroupId, SubnetId, Timestamp};

/// An inclusive range of addresses that ports are given from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllocationPool {
    pub start: Ipv4Addr,
    pub end: Ipv4Addr,
}

impl AllocationPool {
    /// Every address in the pool, lowest first.
    pub fn addresses(self) -> impl Iterator<Item = Ipv4Addr> {
        (u32::from(self.start)..=u32::from(self.end)).map(Ipv4Addr::from)
    }

    /// Whether the address lies in the pool.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        (self.start..=self.end).contains(&address)
    }

    /// How many addresses the pool has.
    pub fn size(self) -> u32 {
        u32::from(self.end) - u32::from(self.start) + 1
    }
}

/// A network (network API `/v2.0/networks`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Network {
    pub id: NetworkId,
    pub project_id: ProjectId,
    pub name: String,
    pub description: String,
    pub admin_state_up: bool,
    pub shared: bool,
    pub external: bool,
    pub mtu: i64,
    /// Segment: `flat` and `vlan` on a physical network, or `local`, which ends at the host.
    pub provider_type: String,
    pub physical_network: Option<String>,
    pub segmentation_id: Option<i64>,
    /// What new ports on it start with.
    pub port_security: bool,
    pub subnets: Vec<Subnet>,
    /// The projects that may use it as if it were shared.
    pub shared_with: Vec<ProjectId>,
    pub standard: Standard,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Network {
    /// Whether a project's instances may be on it: external ones are for everybody's routers and floating IPs alone.
    pub fn takes_instances_of(&self, project: &ProjectId) -> bool {
        self.shared || self.project_id == *project || self.shared_with.contains(project)
    }
}

/// A subnet (network API `/v2.0/subnets`); IPv4 so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subnet {
    pub id: SubnetId,
    pub network_id: NetworkId,
    pub project_id: ProjectId,
    pub name: String,
    pub cidr: Ipv4Net,
    pub gateway_ip: Option<Ipv4Addr>,
    pub enable_dhcp: bool,
    pub allocation_pools: Vec<AllocationPool>,
    pub dns_nameservers: Vec<IpAddr>,
    pub host_routes: Vec<HostRoute>,
    /// Addresses held by ports.
    pub used: i64,
    pub description: String,
    pub standard: Standard,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Subnet {
    /// How many addresses the pools hold in all.
    pub fn capacity(&self) -> i64 {
        self.allocation_pools.iter().map(|pool| i64::from(pool.size())).sum()
    }
}

/// A route that DHCP hands to guests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRoute {
    pub destination: Ipv4Net,
    pub nexthop: Ipv4Addr,
}

/// An address that a port holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedIp {
    pub subnet_id: SubnetId,
    pub ip: Ipv4Addr,
}

/// A further address that a port may use as its own, such as one that moves between instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressPair {
    pub ip: IpNet,
    /// None means the port's own.
    pub mac: Option<String>,
}

/// A port (network API `/v2.0/ports`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Port {
    pub id: PortId,
    pub network_id: NetworkId,
    pub project_id: ProjectId,
    pub name: String,
    pub description: String,
    /// Six lower-case hex pairs with colons, `fa:16:3e:…`.
    pub mac: String,
    pub fixed_ips: Vec<FixedIp>,
    /// The instance that owns it, or empty.
    pub device_id: String,
    /// Such as `compute:nova` or `network:dhcp`, or empty.
    pub device_owner: String,
    /// The host that it is bound to, or empty.
    pub host: String,
    /// `ACTIVE`, `DOWN` or `BUILD`.
    pub status: String,
    pub admin_state_up: bool,
    /// Off: neither its addresses nor its rules are checked.
    pub port_security: bool,
    pub allowed_address_pairs: Vec<AddressPair>,
    pub security_groups: Vec<SecurityGroupId>,
    pub standard: Standard,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Port {
    /// The name of the tap device on the host: `tap` and the first eleven characters of the id, as Neutron does.
    pub fn tap_name(&self) -> String {
        tap_name(&self.id)
    }
}

/// The tap device of a port; at most 14 characters (the kernel allows 15).
pub fn tap_name(port: &PortId) -> String {
    format!("tap{}", short(port.as_str()))
}

/// The bridge of a network on each host, `brq` and the first eleven characters of the id.
pub fn bridge_name(network: &NetworkId) -> String {
    format!("brq{}", short(network.as_str()))
}

fn short(id: &str) -> &str {
    id.get(..11).unwrap_or(id)
}

/// Reads a CIDR as a person types it.
///
/// # Errors
/// [`Reason::BadCidr`], or [`Reason::HostBitsSet`] with the network that was probably meant.
pub fn parse_cidr(text: &str) -> Result<Ipv4Net, Reason> {
    let net: Ipv4Net = text.trim().parse().map_err(|_| Reason::BadCidr { value: text.to_owned() })?;
    if net.trunc() == net {
        Ok(net)
    } else {
        Err(Reason::HostBitsSet { value: text.to_owned(), suggestion: net.trunc().to_string() })
    }
}

/// Reads an IPv4 address as a person types it.
///
/// # Errors
/// [`Reason::BadAddress`].
pub fn parse_ipv4(text: &str) -> Result<Ipv4Addr, Reason> {
    text.trim().parse().map_err(|_| Reason::BadAddress { value: text.to_owned() })
}

/// The pools of a subnet for which none were given: every host address but the gateway.
pub fn default_pools(cidr: Ipv4Net, gateway: Option<Ipv4Addr>) -> Vec<AllocationPool> {
    let first = u32::from(cidr.network()) + 1;
    let last = u32::from(cidr.broadcast()).saturating_sub(1);
    let mut pools = Vec::new();
    let mut push = |start: u32, end: u32| {
        if start <= end {
            pools.push(AllocationPool { start: start.into(), end: end.into() });
        }
    };
    match gateway.map(u32::from).filter(|gateway| (first..=last).contains(gateway)) {
        Some(gateway) => {
            push(first, gateway - 1);
            push(gateway + 1, last);
        }
        None => push(first, last),
    }
    pools
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn host_bits_are_pointed_out_with_a_suggestion() {
        let refusal = parse_cidr("10.0.0.5/24");
        assert_eq!(refusal, Err(Reason::HostBitsSet { value: "10.0.0.5/24".into(), suggestion: "10.0.0.0/24".into() }));
    }

    proptest! {
        #[test]
        fn default_pools_hold_every_host_address_but_the_gateway(net in any::<u32>(), prefix in 20u8..31, offset in 1u32..5) {
            let cidr = Ipv4Net::new(net.into(), prefix).unwrap().trunc();
            let gateway = Ipv4Addr::from(u32::from(cidr.network()).wrapping_add(offset));
            let pools = default_pools(cidr, Some(gateway));
            let all: Vec<_> = pools.iter().flat_map(|pool| pool.addresses()).collect();
            prop_assert!(!all.contains(&gateway));
            let expected: Vec<_> = cidr.hosts().filter(|address| *address != gateway).collect();
            prop_assert_eq!(all, expected);
        }
    }
}
