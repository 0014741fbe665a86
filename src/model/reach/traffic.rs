//! What is sent, and which rules let it through.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::model::security_group::{Ethertype, SecurityGroupRule};

/// A protocol with its port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// A name such as `tcp`, or a number; none for every protocol at once.
    pub protocol: Option<String>,
    /// The destination port or the ICMP type (its code is then 0, as an echo request's); none for all at once.
    pub port: Option<u16>,
}

impl Traffic {
    /// TCP to one port.
    pub fn tcp(port: u16) -> Self {
        Self { protocol: Some("tcp".to_owned()), port: Some(port) }
    }

    /// What `ping` sends.
    pub fn ping() -> Self {
        Self { protocol: Some("icmp".to_owned()), port: Some(8) }
    }

    /// Whether it is ICMP, whose rules speak of types and codes where others speak of ports.
    pub fn is_icmp(&self) -> bool {
        self.protocol.as_deref().is_some_and(|name| matches!(number(name), Some(1 | 58)))
    }

    /// Whether the rule's protocol and ports let all of it through.
    pub fn covered_by(&self, rule: &SecurityGroupRule) -> bool {
        let Some(allowed) = rule.protocol.as_deref() else { return true };
        let Some(wanted) = self.protocol.as_deref() else { return false };
        if number(allowed) != number(wanted) {
            return false;
        }
        let port = self.port.map(i64::from);
        match (rule.port_min, rule.port_max, port) {
            (None, None, _) => true,
            (Some(kind), code, port) if self.is_icmp() => port == Some(kind) && code.is_none_or(|code| code == 0),
            (min, max, Some(port)) => min.unwrap_or(0) <= port && port <= max.unwrap_or(i64::from(u16::MAX)),
            (min, max, None) => min.is_none_or(|min| min <= 1) && max.is_none_or(|max| max == i64::from(u16::MAX)),
        }
    }
}

/// Whether the rule speaks of the address family of such peers.
pub fn same_family(rule: &SecurityGroupRule, peer: IpAddr) -> bool {
    matches!((rule.ethertype, peer), (Ethertype::IPv4, IpAddr::V4(_)) | (Ethertype::IPv6, IpAddr::V6(_)))
}

/// The number of a protocol by its name in security group rules (IANA's, in Neutron's spelling).
fn number(name: &str) -> Option<u8> {
    Some(match name {
        "icmp" => 1,
        "igmp" => 2,
        "ipip" => 4,
        "tcp" => 6,
        "egp" => 8,
        "udp" => 17,
        "dccp" => 33,
        "ipv6-encap" => 41,
        "ipv6-route" => 43,
        "ipv6-frag" => 44,
        "rsvp" => 46,
        "gre" => 47,
        "esp" => 50,
        "ah" => 51,
        "icmpv6" | "ipv6-icmp" => 58,
        "ipv6-nonxt" => 59,
        "ipv6-opts" => 60,
        "ospf" => 89,
        "vrrp" => 112,
        "pgm" => 113,
        "sctp" => 132,
        "udplite" => 136,
        other => return other.parse().ok(),
    })
}
