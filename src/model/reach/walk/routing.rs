//! Who sends what where: guests by their subnet, routers by their legs and routes.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::super::snapshot::Snapshot;
use crate::model::network::{Network, Port, Subnet};
use crate::model::router::Router;

/// Where a router sends a packet.
pub(super) struct Way<'a> {
    pub network: &'a Network,
    pub hop: Ipv4Addr,
    /// By its gateway.
    pub outwards: bool,
}

/// The next hop of a guest: the destination itself where it is in one of its subnets, else what DHCP told it.
///
/// # Errors
/// The subnet that has no gateway, or none where the port has no address.
pub(super) fn guest_hop<'a>(snapshot: &'a Snapshot, port: &Port, to: Ipv4Addr) -> Result<Ipv4Addr, Option<&'a Subnet>> {
    let subnets: Vec<&Subnet> = (0..port.fixed_ips.len()).filter_map(|nth| snapshot.subnet(port, nth)).collect();
    if subnets.iter().any(|subnet| subnet.cidr.contains(&to)) {
        return Ok(to);
    }
    let routes = subnets.iter().flat_map(|subnet| &subnet.host_routes);
    let route = routes.filter(|route| route.destination.contains(&to));
    if let Some(route) = route.max_by_key(|route| route.destination.prefix_len()) {
        return Ok(route.nexthop);
    }
    let gateway = subnets.iter().find_map(|subnet| subnet.gateway_ip);
    gateway.ok_or_else(|| subnets.first().copied())
}

/// A router's own addresses.
pub(super) fn own(router: &Router) -> impl Iterator<Item = Ipv4Addr> {
    let outer = router.gateway.iter().flat_map(|gateway| gateway.fixed_ips.iter().map(|fixed| fixed.ip));
    router.interfaces.iter().map(|leg| leg.ip).chain(outer)
}

/// The longest prefix wins, and of equal ones the network that the router stands in.
pub(super) fn way<'a>(snapshot: &'a Snapshot, router: &Router, to: Ipv4Addr) -> Option<Way<'a>> {
    let legs = legs(snapshot, router);
    let connected = |to: Ipv4Addr| legs.iter().find(|leg| leg.cidr.contains(&to));
    let route = router.routes.iter().filter(|route| route.destination.contains(&to));
    let route = route.max_by_key(|route| route.destination.prefix_len());
    if let Some(leg) = connected(to)
        && route.is_none_or(|route| route.destination.prefix_len() <= leg.cidr.prefix_len())
    {
        return Some(Way { network: leg.network, hop: to, outwards: leg.outwards });
    }
    if let Some(route) = route {
        let leg = connected(route.nexthop)?;
        return Some(Way { network: leg.network, hop: route.nexthop, outwards: leg.outwards });
    }
    let outer = legs.iter().find(|leg| leg.outwards)?;
    Some(Way { network: outer.network, hop: outer.gateway?, outwards: true })
}

struct Leg<'a> {
    network: &'a Network,
    cidr: Ipv4Net,
    outwards: bool,
    gateway: Option<Ipv4Addr>,
}

fn legs<'a>(snapshot: &'a Snapshot, router: &Router) -> Vec<Leg<'a>> {
    let inner = router.interfaces.iter().map(|leg| (&leg.network_id, &leg.subnet_id, false));
    let outer = router
        .gateway
        .iter()
        .flat_map(|gateway| gateway.fixed_ips.iter().map(|fixed| (&gateway.network_id, &fixed.subnet_id, true)));
    let leg = |(network, subnet, outwards)| {
        let network = snapshot.network(network)?;
        let subnet = network.subnets.iter().find(|known| &known.id == subnet)?;
        Some(Leg { network, cidr: subnet.cidr, outwards, gateway: subnet.gateway_ip })
    };
    inner.chain(outer).filter_map(leg).collect()
}
