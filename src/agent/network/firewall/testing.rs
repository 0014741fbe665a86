//! Ports, groups and rules for tests.

use crate::bus::contract::FirewallPort;
use crate::model::network::{bridge_name, tap_name};
use crate::model::security_group::{Direction, Ethertype, SecurityGroupRule};
use crate::model::{NetworkId, PortId};

/// Port `n`, whose id, MAC address and address end in it.
pub fn port(n: u8, groups: &[&str]) -> FirewallPort {
    let port_id = PortId::from(format!("{n:08x}-0000-4000-8000-000000000000"));
    let network_id = NetworkId::from("0e0e0e0e-1111-4222-8333-444455556666");
    FirewallPort {
        tap: tap_name(&port_id),
        bridge: bridge_name(&network_id),
        port_id,
        network_id,
        mac: format!("fa:16:3e:00:00:{n:02x}"),
        ips: vec![[10, 0, 0, n].into()],
        allowed_address_pairs: Vec::new(),
        port_security: true,
        admin_state_up: true,
        groups: groups.iter().map(|group| (*group).into()).collect(),
        dhcp_servers: vec![[10, 0, 0, 2].into()],
    }
}

/// A rule without any limits.
pub fn rule(direction: Direction, ethertype: Ethertype) -> SecurityGroupRule {
    SecurityGroupRule {
        id: "r".into(),
        security_group_id: "g".into(),
        direction,
        ethertype,
        protocol: None,
        port_min: None,
        port_max: None,
        remote_ip_prefix: None,
        remote_group_id: None,
        description: String::new(),
        created_at: Default::default(),
    }
}
