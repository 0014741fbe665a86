//! The two ends of the way: ports, and the rules of their security groups.

use std::net::{IpAddr, Ipv4Addr};

use super::super::finding::{Finding, Named, Side};
use super::super::snapshot::Snapshot;
use super::super::traffic::same_family;
use super::routing::guest_hop;
use super::{Walk, named};
use crate::model::SecurityGroupId;
use crate::model::network::Port;
use crate::model::security_group::{Direction, Ethertype, NewRule, SecurityGroup, SecurityGroupRule};

/// The group that every project has; other groups say better what they are for.
const DEFAULT: &str = "default";

impl<'a> Walk<'a> {
    /// Out of a port: its own state, its rules for what goes out, the next hop.
    pub(super) fn leave(&mut self, port: &'a Port) {
        self.sender = Some(port);
        if self.wanted.is_some_and(|wanted| wanted.id == port.id) {
            return self.note(Finding::Itself { port: self.snapshot.named(port) });
        }
        let Some(network) = self.snapshot.network(&port.network_id) else { return self.note(Finding::NoAddress) };
        let near = (0..port.fixed_ips.len())
            .find(|nth| self.snapshot.subnet(port, *nth).is_some_and(|subnet| subnet.cidr.contains(&self.target)));
        let address = port.fixed_ips.get(near.unwrap_or_default()).map(|fixed| fixed.ip);
        let Some(address) = self.ready(Side::From, port, address) else { return };
        self.source = address.into();
        self.obey(Direction::Egress, port, self.target.into());
        match guest_hop(self.snapshot, port, self.target) {
            Ok(hop) => self.send(network, hop),
            Err(subnet) => {
                let subnet = subnet.map(|subnet| Named {
                    id: subnet.id.to_string(),
                    name: if subnet.name.is_empty() { subnet.cidr.to_string() } else { subnet.name.clone() },
                });
                self.note(Finding::NoGateway { subnet: subnet.unwrap_or_else(|| named(network)) });
            }
        }
    }

    /// Into a port.
    pub(super) fn receive(&mut self, port: &Port) {
        if self.ready(Side::To, port, Some(self.target)).is_some() {
            self.obey(Direction::Ingress, port, self.source);
        }
    }

    /// Whether anything can come out of the port, or arrive there at all.
    fn ready(&mut self, side: Side, port: &Port, address: Option<Ipv4Addr>) -> Option<Ipv4Addr> {
        let name = self.snapshot.named(port);
        let guest = self.snapshot.guest(port);
        let finding = match (address, guest) {
            (None, _) => Finding::PortWithoutAddress { side, port: name },
            _ if !port.admin_state_up => Finding::PortDown { side, port: name },
            _ if port.host.is_empty() => Finding::PortUnplugged { side, port: name },
            (_, Some(guest)) if !guest.runs() => {
                Finding::NotRunning { side, instance: Named { id: guest.id.to_string(), name: guest.name.clone() } }
            }
            (Some(address), _) => {
                self.note(Finding::PortReady { side, port: name, address });
                return Some(address);
            }
        };
        self.note(finding);
        None
    }

    /// What the port's rules say; without one that allows, which one would.
    fn obey(&mut self, direction: Direction, port: &Port, peer: IpAddr) {
        let name = self.snapshot.named(port);
        if !port.port_security {
            return self.note(Finding::RulesOff { direction, port: name });
        }
        let groups: Vec<&SecurityGroup> =
            port.security_groups.iter().filter_map(|id| self.snapshot.group(id)).collect();
        let allows = |rule: &&SecurityGroupRule| {
            rule.direction == direction
                && same_family(rule, peer)
                && self.traffic.covered_by(rule)
                && is_peer(self.snapshot, rule, peer)
        };
        let allowing =
            groups.iter().find_map(|group| group.rules.iter().find(allows).map(|rule| (*group, rule.id.clone())));
        if let Some((group, rule)) = allowing {
            return self.note(Finding::Allowed { direction, peer, rule, group: named_group(group) });
        }
        let Some(group) = groups.iter().find(|group| group.name != DEFAULT).or(groups.first()) else {
            return self.note(Finding::NoGroup { direction, port: name });
        };
        let rule = Box::new(self.missing(&group.id, direction, peer));
        self.note(Finding::NoRule { direction, peer, group: named_group(group), rule });
    }

    /// The narrowest rule that would do.
    fn missing(&self, group: &SecurityGroupId, direction: Direction, peer: IpAddr) -> NewRule {
        let port = self.traffic.port.map(i64::from);
        NewRule {
            security_group_id: group.clone(),
            direction,
            ethertype: if peer.is_ipv4() { Ethertype::IPv4 } else { Ethertype::IPv6 },
            protocol: self.traffic.protocol.clone(),
            port_min: port,
            port_max: if self.traffic.is_icmp() { port.map(|_| 0) } else { port },
            remote_ip_prefix: Some(ipnet::IpNet::from(peer).to_string()),
            remote_group_id: None,
            description: String::new(),
        }
    }
}

/// Whether the rule speaks of that peer: by its address, or as a member of a group.
fn is_peer(snapshot: &Snapshot, rule: &SecurityGroupRule, peer: IpAddr) -> bool {
    if let Some(group) = &rule.remote_group_id {
        return snapshot.ports.iter().filter(|port| port.security_groups.contains(group)).any(|port| {
            port.fixed_ips.iter().any(|fixed| IpAddr::V4(fixed.ip) == peer)
                || port.allowed_address_pairs.iter().any(|pair| pair.ip.contains(&peer))
        });
    }
    let prefix = rule.remote_ip_prefix.as_deref();
    prefix.is_none_or(|prefix| prefix.parse().is_ok_and(|prefix: ipnet::IpNet| prefix.contains(&peer)))
}

fn named_group(group: &SecurityGroup) -> Named {
    Named { id: group.id.to_string(), name: group.name.clone() }
}
