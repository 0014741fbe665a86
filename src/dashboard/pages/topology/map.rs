//! What the records say, gathered by network: what picture and outline both show.

use super::layout::{Counts, Legs};
use crate::model::network::{Network, Port};
use crate::model::reach::Snapshot;
use crate::model::router::{FloatingIp, Router};
use crate::model::state::Status;

/// Something plugged into a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// An instance's name, or a port's own, or none.
    pub name: String,
    pub href: String,
    pub address: String,
    /// None for a port that belongs to no instance.
    pub status: Option<Status>,
    pub floating: Option<String>,
}

/// A network with what is plugged into it.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub network: Network,
    pub nodes: Vec<Node>,
}

impl Segment {
    /// Its address ranges, or nothing.
    pub fn ranges(&self) -> String {
        self.network.subnets.iter().map(|subnet| subnet.cidr.to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// Everything, in the order in which it is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map {
    /// Networks that lead outside by themselves.
    pub open: Vec<Segment>,
    /// Those that need a router for it.
    pub closed: Vec<Segment>,
    pub routers: Vec<Router>,
    /// Floating IPs that lead nowhere.
    pub loose: Vec<FloatingIp>,
}

impl Map {
    pub fn of(snapshot: &Snapshot) -> Self {
        let leads = |network: &Network| network.external || network.physical_network.is_some();
        let segment = |network: &Network| {
            let here = snapshot.ports.iter().filter(|port| port.network_id == network.id);
            let nodes = here.filter(|port| !port.device_owner.starts_with("network:")).map(|port| node(snapshot, port));
            Segment { network: network.clone(), nodes: nodes.collect() }
        };
        let (open, closed): (Vec<_>, Vec<_>) = snapshot.networks.iter().partition(|network| leads(network));
        // Networks of one router stand side by side.
        let mut closed: Vec<Segment> = closed.into_iter().map(segment).collect();
        let stands_in =
            |router: &Router, network: &Network| router.interfaces.iter().any(|leg| leg.network_id == network.id);
        let first = |segment: &Segment| {
            let nth = snapshot.routers.iter().position(|router| stands_in(router, &segment.network));
            nth.unwrap_or(snapshot.routers.len())
        };
        closed.sort_by_key(first);
        Self {
            open: open.into_iter().map(segment).collect(),
            closed,
            routers: snapshot.routers.clone(),
            loose: snapshot.floating_ips.iter().filter(|floating| floating.target.is_none()).cloned().collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.closed.is_empty()
    }

    /// What the layout needs to know.
    pub fn counts(&self) -> Counts {
        let sizes = |row: &[Segment]| row.iter().map(|segment| segment.nodes.len()).collect();
        let legs = |router: &Router| {
            let within = |row: &[Segment]| {
                let stands = |segment: &Segment| networks_of(router).any(|id| *id == segment.network.id);
                (0..row.len()).filter(|nth| stands(&row[*nth])).collect()
            };
            Legs { open: within(&self.open), closed: within(&self.closed) }
        };
        Counts {
            open: sizes(&self.open),
            closed: sizes(&self.closed),
            routers: self.routers.iter().map(legs).collect(),
        }
    }

    /// The closed networks that no router stands in.
    pub fn isolated(&self) -> impl Iterator<Item = &Segment> {
        self.closed.iter().filter(|segment| {
            !self.routers.iter().any(|router| networks_of(router).any(|id| *id == segment.network.id))
        })
    }
}

/// Where a router has a leg.
pub fn networks_of(router: &Router) -> impl Iterator<Item = &crate::model::NetworkId> {
    let outer = router.gateway.iter().map(|gateway| &gateway.network_id);
    router.interfaces.iter().map(|leg| &leg.network_id).chain(outer)
}

fn node(snapshot: &Snapshot, port: &Port) -> Node {
    let guest = snapshot.guests.iter().find(|guest| guest.id.as_str() == port.device_id);
    let leads = |floating: &&FloatingIp| floating.target.as_ref().is_some_and(|target| target.port_id == port.id);
    Node {
        name: guest.map_or_else(|| port.name.clone(), |guest| guest.name.clone()),
        href: match guest {
            Some(guest) => format!("/instances/{}", guest.id),
            None => format!("/networks/ports/{}", port.id),
        },
        address: port.fixed_ips.iter().map(|fixed| fixed.ip.to_string()).collect::<Vec<_>>().join(", "),
        status: guest.map(|guest| guest.status),
        floating: snapshot.floating_ips.iter().find(leads).map(|floating| floating.address.to_string()),
    }
}
