//! "Can A reach B on port P?": the walk of a packet through the records.
//!
//! The question is answered without sending anything: a snapshot of the records is walked as the packet would go, from
//! port security and egress rules at the source, over networks, routers and floating IPs, to the ingress rules at the
//! destination. Every station leaves a [`Finding`] behind. Rules are stateful, so the way back needs no rule; it does
//! need a route.

mod finding;
mod sentence;
mod snapshot;
#[cfg(test)]
mod tests;
mod traffic;
mod walk;

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

pub use self::finding::{Check, Finding, Named, Side, Verdict};
pub use self::snapshot::{Guest, Snapshot};
pub use self::traffic::Traffic;
use self::walk::Walk;
use super::network::Port;
use super::{InstanceId, PortId};

/// Who sends, or who is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Port(PortId),
    /// Any port of the instance.
    Instance(InstanceId),
    /// A floating IP, a port's address, or somebody in the world beyond.
    Address(IpAddr),
}

/// Can `from` reach `to` with that traffic?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub from: Place,
    pub to: Place,
    pub traffic: Traffic,
}

/// What was found out, station by station.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Nothing on the way stops the packet, as far as Arcus can know.
    pub reachable: bool,
    /// In the order in which the packet meets them.
    pub findings: Vec<Finding>,
}

impl Answer {
    fn of(findings: Vec<Finding>) -> Self {
        Self { reachable: findings.iter().all(|finding| finding.verdict() != Verdict::Stops), findings }
    }

    /// What stops the packet.
    pub fn stops(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict() == Verdict::Stops)
    }

    /// How many stop the packet, and how far it gets before the first: the smaller, the better.
    fn obstacles(&self) -> (usize, Reverse<usize>) {
        let first = self.findings.iter().position(|finding| finding.verdict() == Verdict::Stops);
        (self.stops().count(), Reverse(first.unwrap_or_default()))
    }
}

/// Where a packet may start.
#[derive(Clone, Copy)]
enum Source<'a> {
    Port(&'a Port),
    World(IpAddr),
}

/// Where it is to arrive: an address, and the port that is meant by it where one is.
#[derive(Clone, Copy)]
struct Target<'a> {
    address: IpAddr,
    port: Option<&'a Port>,
}

/// Walks the packet. Where a place has several addresses, the way that works is told, or else the one with the fewest
/// obstacles, and of those the one that leads farthest.
pub fn ask(snapshot: &Snapshot, question: &Question) -> Answer {
    let targets = targets(snapshot, &question.to);
    let mut best: Option<Answer> = None;
    for source in sources(snapshot, &question.from) {
        for target in in_order(snapshot, source, &targets) {
            let answer = Answer::of(Walk::of(snapshot, &question.traffic, source, target));
            if best.as_ref().is_none_or(|best| answer.obstacles() < best.obstacles()) {
                best = Some(answer);
            }
        }
    }
    best.unwrap_or_else(|| Answer::of(vec![Finding::NoAddress]))
}

fn sources<'a>(snapshot: &'a Snapshot, place: &Place) -> Vec<Source<'a>> {
    match place {
        Place::Port(id) => snapshot.port(id).map(Source::Port).into_iter().collect(),
        Place::Instance(id) => snapshot.ports_of(id).map(Source::Port).collect(),
        Place::Address(address) => {
            vec![snapshot.behind(*address).map_or(Source::World(*address), Source::Port)]
        }
    }
}

fn targets<'a>(snapshot: &'a Snapshot, place: &Place) -> Vec<Target<'a>> {
    match place {
        Place::Port(id) => snapshot.port(id).map(of_port).unwrap_or_default(),
        Place::Instance(id) => snapshot.ports_of(id).flat_map(of_port).collect(),
        Place::Address(address) => vec![Target { address: *address, port: None }],
    }
}

fn of_port(port: &Port) -> Vec<Target<'_>> {
    port.fixed_ips.iter().map(|fixed| Target { address: IpAddr::V4(fixed.ip), port: Some(port) }).collect()
}

/// From the world one comes in by the floating IP, from inside by the port's own address.
fn in_order<'a>(snapshot: &'a Snapshot, source: Source<'a>, targets: &[Target<'a>]) -> Vec<Target<'a>> {
    let floating = targets.iter().filter_map(|target| {
        let floating = snapshot.floating_ips.iter().find(|floating| {
            let leads = |led: &super::router::FloatingTarget| {
                IpAddr::V4(led.fixed_ip) == target.address && target.port.is_some_and(|port| port.id == led.port_id)
            };
            floating.target.as_ref().is_some_and(leads)
        })?;
        Some(Target { address: IpAddr::V4(floating.address), ..*target })
    });
    match source {
        Source::World(_) => floating.chain(targets.iter().copied()).collect(),
        Source::Port(_) => targets.iter().copied().chain(floating).collect(),
    }
}

/// Where the world stands when it comes in to a place: the gateway of the network that leads there. That is what a
/// person at the host is seen as, where the host is that gateway.
pub fn doorstep(snapshot: &Snapshot, place: &Place) -> Option<IpAddr> {
    let world = Source::World(Ipv4Addr::LOCALHOST.into());
    let targets = targets(snapshot, place);
    in_order(snapshot, world, &targets).into_iter().find_map(|target| {
        let address = v4(target.address)?;
        let floating = snapshot.floating(address).map(|floating| &floating.network_id);
        let behind = || target.port.or_else(|| snapshot.behind(target.address)).map(|port| &port.network_id);
        let network = snapshot.network(floating.or_else(behind)?).filter(|network| snapshot.opens(network))?;
        let subnet = network.subnets.iter().find(|subnet| subnet.cidr.contains(&address))?;
        subnet.gateway_ip.map(IpAddr::V4)
    })
}

fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(address) => address.to_ipv4_mapped(),
    }
}
