//! What is sent, and which rules let it through.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::model::protocol;
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
        let number = self.protocol.as_deref().and_then(|name| protocol::number(name, Ethertype::IPv4));
        number.is_some_and(protocol::has_types)
    }

    /// Whether the rule's protocol and ports let all of it through.
    pub fn covered_by(&self, rule: &SecurityGroupRule) -> bool {
        let Some(allowed) = rule.protocol.as_deref() else { return true };
        let Some(wanted) = self.protocol.as_deref() else { return false };
        if protocol::number(allowed, rule.ethertype) != protocol::number(wanted, rule.ethertype) {
            return false;
        }
        let port = self.port.map(i64::from);
        match (rule.port_min, rule.port_max, port) {
            (None, None, _) => true,
            (Some(kind), code, port) if self.is_icmp() => port == Some(kind) && code.is_none_or(|code| code == 0),
            (min, max, port) => {
                // One alone is a single port, as hosts take it.
                let (first, last) = (min.or(max).unwrap_or_default(), max.or(min).unwrap_or_default());
                port.map_or(first <= 1 && last == i64::from(u16::MAX), |port| (first..=last).contains(&port))
            }
        }
    }
}

/// Whether the rule speaks of the address family of such peers.
pub fn same_family(rule: &SecurityGroupRule, peer: IpAddr) -> bool {
    matches!((rule.ethertype, peer), (Ethertype::IPv4, IpAddr::V4(_)) | (Ethertype::IPv6, IpAddr::V6(_)))
}
