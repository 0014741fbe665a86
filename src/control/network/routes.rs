//! A router's static routes.

use std::net::Ipv4Addr;

use crate::model::network::{HostRoute, Subnet, parse_cidr, parse_ipv4};
use crate::model::{Error, Reason, Result, validate};

const FIELD: &str = "routes";
/// Neutron's limit.
const MAX: i64 = 30;

/// The routes that were typed: each next hop is a neighbour in one of `subnets`, and none of the router's `own`
/// addresses.
///
/// # Errors
/// The first one at fault, on `routes`.
pub fn read(typed: &[(String, String)], subnets: &[Subnet], own: &[Ipv4Addr]) -> Result<Vec<HostRoute>> {
    validate::range(FIELD, i64::try_from(typed.len()).unwrap_or(i64::MAX), 0, MAX)?;
    let mut routes = Vec::with_capacity(typed.len());
    for (destination, nexthop) in typed {
        let route = one(destination, nexthop, subnets, own).map_err(|reason| Error::on(FIELD, reason))?;
        if !routes.contains(&route) {
            routes.push(route);
        }
    }
    Ok(routes)
}

fn one(destination: &str, nexthop: &str, subnets: &[Subnet], own: &[Ipv4Addr]) -> Result<HostRoute, Reason> {
    let route = HostRoute { destination: parse_cidr(destination)?, nexthop: parse_ipv4(nexthop)? };
    if own.contains(&route.nexthop) {
        return Err(Reason::AddressInUse { address: route.nexthop.to_string() });
    }
    if !holds(&route, subnets) {
        return Err(Reason::NextHopElsewhere { nexthop: route.nexthop.to_string() });
    }
    Ok(route)
}

/// The first route whose next hop lies in none of the subnets, in words.
pub fn stranded(routes: &[HostRoute], subnets: &[Subnet]) -> Option<String> {
    let route = routes.iter().find(|route| !holds(route, subnets))?;
    Some(format!("the static route to {} by {}", route.destination, route.nexthop))
}

fn holds(route: &HostRoute, subnets: &[Subnet]) -> bool {
    subnets.iter().any(|subnet| subnet.cidr.contains(&route.nexthop))
}
