//! The packet on its way.

mod ends;
mod routing;

use std::net::{IpAddr, Ipv4Addr};

use self::routing::{Way, guest_hop, way};
use super::finding::{Finding, Named};
use super::snapshot::{Holder, Snapshot, is_infrastructure};
use super::{Source, Target, Traffic, v4};
use crate::model::network::{Network, Port};
use crate::model::router::Router;

/// More routers than this in a row are a circle.
const MAX_HOPS: usize = 16;

/// A packet: addresses as they are by now, and where it has been.
pub(super) struct Walk<'a> {
    snapshot: &'a Snapshot,
    traffic: &'a Traffic,
    source: IpAddr,
    target: Ipv4Addr,
    /// The port that is meant, whatever address it is called by.
    wanted: Option<&'a Port>,
    sender: Option<&'a Port>,
    /// The router that it passed last.
    last: Option<&'a Router>,
    hops: usize,
    /// The router that let it out with its private address, and that address.
    untranslated: Option<(&'a Router, Ipv4Addr)>,
    findings: Vec<Finding>,
}

impl<'a> Walk<'a> {
    /// Everything that the packet meets.
    pub(super) fn of(
        snapshot: &'a Snapshot,
        traffic: &'a Traffic,
        source: Source<'a>,
        target: Target<'a>,
    ) -> Vec<Finding> {
        let Some(address) = v4(target.address) else { return vec![Finding::NoIpv6 { address: target.address }] };
        let mut walk = Self {
            snapshot,
            traffic,
            source: target.address,
            target: address,
            wanted: target.port,
            sender: None,
            last: None,
            hops: 0,
            untranslated: None,
            findings: Vec::new(),
        };
        match source {
            Source::Port(port) => walk.leave(port),
            Source::World(from) if v4(from).is_none() => walk.note(Finding::NoIpv6 { address: from }),
            Source::World(from) => {
                walk.source = from;
                walk.come_in();
            }
        }
        walk.findings
    }

    fn note(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// From the world to the network where the address is to be found.
    fn come_in(&mut self) {
        let floating = self.snapshot.floating(self.target).map(|floating| &floating.network_id);
        let wanted = self.wanted.or_else(|| self.snapshot.behind(IpAddr::V4(self.target)));
        let network = floating.or(wanted.map(|port| &port.network_id)).and_then(|id| self.snapshot.network(id));
        let Some(network) = network else {
            let somewhere = self.snapshot.networks.iter().find(|network| {
                self.snapshot.opens(network) && network.subnets.iter().any(|subnet| subnet.cidr.contains(&self.target))
            });
            return match somewhere {
                Some(network) => self.come_into(network),
                None => self.note(Finding::Outside { address: self.target.into(), network: Named::default() }),
            };
        };
        if floating.is_some() || self.snapshot.opens(network) {
            return self.come_into(network);
        }
        // Without SNAT the addresses behind a router are what they are outside, too, for whoever has a route there.
        let open = self.snapshot.routers.iter().find_map(|router| {
            let gateway = router.gateway.as_ref().filter(|gateway| !gateway.enable_snat)?;
            let leg = router.interfaces.iter().any(|leg| leg.network_id == network.id);
            self.snapshot.network(&gateway.network_id).filter(|_| leg).map(|outer| (router, outer))
        });
        match open {
            Some((router, outer)) => {
                self.note(Finding::Outside { address: self.source, network: named(outer) });
                self.enter(router, outer);
            }
            None => self.note(Finding::NoWayIn { address: self.target, network: named(network) }),
        }
    }

    fn come_into(&mut self, network: &'a Network) {
        self.note(Finding::Outside { address: self.source, network: named(network) });
        self.send(network, self.target);
    }

    /// Over one network to whoever has the address `hop` there.
    fn send(&mut self, network: &'a Network, hop: Ipv4Addr) {
        self.hops += 1;
        if self.hops > MAX_HOPS {
            return self.note(Finding::Circle { address: self.target });
        }
        if !network.admin_state_up {
            return self.note(Finding::NetworkDown { network: named(network) });
        }
        match self.snapshot.holder(network, hop) {
            Holder::Router(router) => self.enter(router, network),
            Holder::Loose(floating) => {
                let floating_ip = Named { id: floating.id.to_string(), name: floating.address.to_string() };
                self.note(Finding::FloatingIpLoose { floating_ip });
            }
            Holder::Port(port) if hop == self.target => self.arrive(port, network),
            Holder::Port(port) => {
                self.note(Finding::GuestForwards { port: self.snapshot.named(port), address: self.target });
            }
            Holder::World => self.go_outside(network),
            Holder::Nobody if hop == self.target => {
                self.note(Finding::NobodyThere { address: hop, network: named(network) });
            }
            Holder::Nobody => self.note(Finding::NoRouter { gateway: hop, network: named(network) }),
        }
    }

    /// Beyond what Arcus knows; back in where the port that is meant is on another network that leads outside.
    fn go_outside(&mut self, network: &'a Network) {
        let wanted = self.wanted.and_then(|port| self.snapshot.network(&port.network_id));
        match wanted {
            Some(wanted) if !self.snapshot.opens(wanted) => {
                return self.note(Finding::NoWayIn { address: self.target, network: named(wanted) });
            }
            Some(wanted) if wanted.id != network.id => {
                self.note(Finding::Outside { address: self.target.into(), network: named(network) });
                self.last = None;
                return self.send(wanted, self.target);
            }
            _ => self.note(Finding::Outside { address: self.target.into(), network: named(network) }),
        }
        if let Some((router, address)) = self.untranslated {
            self.note(Finding::SourceKept { address, router: named_router(router) });
        }
    }

    fn enter(&mut self, router: &'a Router, from: &'a Network) {
        if !router.admin_state_up {
            return self.note(Finding::RouterDown { router: named_router(router) });
        }
        if router.host.is_empty() {
            return self.note(Finding::RouterHomeless { router: named_router(router) });
        }
        let led = self.follow_floating_ip(router);
        if routing::own(router).any(|address| address == self.target) {
            return self.note(Finding::RouterItself { router: named_router(router), address: self.target });
        }
        let Some(Way { network, hop, outwards }) = way(self.snapshot, router, self.target) else {
            return self.note(Finding::RouterKnowsNoWay { router: named_router(router), address: self.target });
        };
        let from_outside = router.gateway.as_ref().is_some_and(|gateway| gateway.network_id == from.id);
        // A router that does SNAT lets nobody in but by a floating IP.
        let shields = router.gateway.as_ref().is_some_and(|gateway| gateway.enable_snat);
        if from_outside && !outwards && !led && shields {
            return self.note(Finding::RouterShields { router: named_router(router), address: self.target });
        }
        if !self.finds_back(router, from) {
            let Some(address) = v4(self.source) else { return };
            return self.note(Finding::NoWayBack { at: named_router(router), address });
        }
        self.note(Finding::RouterPasses { router: named_router(router), network: named(network) });
        if !from_outside && (outwards || led) {
            self.translate(router, outwards);
        }
        self.last = Some(router);
        self.send(network, hop);
    }

    /// Whether the router sends answers back over the network that the packet came by.
    fn finds_back(&self, router: &Router, from: &Network) -> bool {
        let source = v4(self.source).and_then(|source| way(self.snapshot, router, source));
        source.is_some_and(|way| way.network.id == from.id)
    }

    /// Replaces the floating IP's address by the one that it stands for; says whether it did.
    fn follow_floating_ip(&mut self, router: &Router) -> bool {
        let Some(floating) = self.snapshot.floating(self.target) else { return false };
        let Some(led) = floating.target.as_ref().filter(|led| led.router_id == router.id) else { return false };
        let floating_ip = Named { id: floating.id.to_string(), name: floating.address.to_string() };
        self.note(Finding::FloatingIpLeads { floating_ip, fixed_ip: led.fixed_ip });
        self.target = led.fixed_ip;
        true
    }

    /// The sender's address as the far side sees it: its floating IP, else the router's own where it does SNAT. Who
    /// comes back in by a floating IP is always translated, or else the answers would not pass by the router.
    fn translate(&mut self, router: &'a Router, outwards: bool) {
        let Some(source) = v4(self.source) else { return };
        let own = self.snapshot.floating_ips.iter().find(|floating| {
            let target = floating.target.as_ref();
            target.is_some_and(|led| led.router_id == router.id && led.fixed_ip == source)
        });
        let gateway = router.gateway.as_ref().filter(|gateway| gateway.enable_snat || !outwards);
        let snat = gateway.and_then(|gateway| gateway.fixed_ips.first()).map(|fixed| fixed.ip);
        match own.map(|floating| floating.address).or(snat) {
            Some(address) => {
                let router = named_router(router);
                self.note(Finding::SourceBecomes { address, router, floating: own.is_some() });
                self.source = address.into();
            }
            None => self.untranslated = Some((router, source)),
        }
    }

    fn arrive(&mut self, port: &'a Port, network: &'a Network) {
        if self.last.is_none() && self.sender.is_some_and(|sender| sender.network_id == network.id) {
            self.note(Finding::SameNetwork { network: named(network) });
        }
        if let Some(wanted) = self.wanted.filter(|wanted| wanted.id != port.id) {
            let (holder, wanted) = (self.snapshot.named(port), self.snapshot.named(wanted));
            return self.note(Finding::SomebodyElse { address: self.target, holder, wanted });
        }
        if is_infrastructure(port) {
            return self.note(Finding::Infrastructure { address: self.target });
        }
        self.receive(port);
        self.answer(port, network);
    }

    /// The way back begins at the receiving guest: to the sender itself, or to a gateway.
    fn answer(&mut self, port: &Port, network: &Network) {
        let Some(address) = v4(self.source) else { return };
        let at = self.snapshot.named(port);
        let Some(hop) = guest_hop(self.snapshot, port, address).ok() else {
            return self.note(Finding::NoWayBack { at, address });
        };
        if hop == address {
            return;
        }
        match (self.snapshot.holder(network, hop), self.last) {
            (Holder::Router(router), Some(last)) if router.id == last.id => {}
            (Holder::World, None) => {}
            (Holder::World | Holder::Port(_), _) => self.note(Finding::BackOutside { at, address }),
            _ => self.note(Finding::NoWayBack { at, address }),
        }
    }
}

fn named(network: &Network) -> Named {
    Named { id: network.id.to_string(), name: network.name.clone() }
}

fn named_router(router: &Router) -> Named {
    let name = if router.name.is_empty() { router.id.to_string() } else { router.name.clone() };
    Named { id: router.id.to_string(), name }
}
