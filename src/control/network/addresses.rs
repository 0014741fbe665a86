//! Giving addresses to ports.

use super::subnet_request::is_host;
use crate::control::store::{self, Tx};
use crate::model::network::{AddressRequest, AllocationPool, FixedIp, Network, Subnet, parse_ipv4};
use crate::model::{Error, Noun, PortId, Reason, Result, SubnetId};

const FIELD: &str = "fixed_ip";

/// Gives the port an address as asked for.
///
/// # Errors
/// As [`chosen`] and [`lowest_free`]; `NotFound` for a subnet of another network.
pub async fn given(tx: &mut Tx, network: &Network, request: &AddressRequest, port: &PortId) -> Result<FixedIp> {
    let subnets = match &request.subnet_id {
        None => network.subnets.as_slice(),
        Some(id) => std::slice::from_ref(subnet_of(network, id)?),
    };
    match typed(request) {
        Some(ip) => chosen(tx, subnets, ip, port).await,
        None => lowest_free(tx, subnets, &network.name, port).await,
    }
}

/// Of the addresses that the port holds, the one that is asked for.
///
/// # Errors
/// `BadAddress`.
pub fn held(held: &[FixedIp], request: &AddressRequest) -> Result<Option<usize>> {
    let ip = typed(request).map(parse_ipv4).transpose().map_err(|reason| Error::on(FIELD, reason))?;
    let fits = |fixed: &FixedIp| {
        ip.is_none_or(|ip| fixed.ip == ip) && request.subnet_id.as_ref().is_none_or(|id| fixed.subnet_id == *id)
    };
    Ok(held.iter().position(fits))
}

fn typed(request: &AddressRequest) -> Option<&str> {
    request.ip.as_deref().filter(|typed| !typed.trim().is_empty())
}

fn subnet_of<'a>(network: &'a Network, id: &SubnetId) -> Result<&'a Subnet> {
    let unknown = || Error::on(FIELD, Reason::NotFound { noun: Noun::Subnet, id: id.to_string() });
    network.subnets.iter().find(|subnet| subnet.id == *id).ok_or_else(unknown)
}

/// Gives the port the lowest free address of the first subnet that has one.
///
/// # Errors
/// [`Reason::NoFreeAddress`].
pub async fn lowest_free(tx: &mut Tx, subnets: &[Subnet], network_name: &str, port: &PortId) -> Result<FixedIp> {
    for subnet in subnets {
        let taken = store::addresses::taken(&mut **tx, &subnet.id).await?;
        let candidates = subnet.allocation_pools.iter().copied().flat_map(AllocationPool::addresses);
        for ip in candidates.filter(|ip| !taken.contains(ip) && subnet.gateway_ip != Some(*ip)) {
            let address = FixedIp { subnet_id: subnet.id.clone(), ip };
            if store::addresses::take(tx, &address, port).await? {
                return Ok(address);
            }
        }
    }
    Err(Reason::NoFreeAddress { network: network_name.to_owned() }.into())
}

/// Gives the port the address that was chosen: any of the subnets' but those that mean something else.
///
/// # Errors
/// `BadAddress`, `AddressOutsideSubnet`, `AddressInUse`.
pub async fn chosen(tx: &mut Tx, subnets: &[Subnet], typed: &str, port: &PortId) -> Result<FixedIp> {
    let at = |reason| Error::on(FIELD, reason);
    let ip = parse_ipv4(typed).map_err(at)?;
    let Some(subnet) = subnets.iter().find(|subnet| subnet.cidr.contains(&ip)) else {
        let cidrs: Vec<String> = subnets.iter().map(|subnet| subnet.cidr.to_string()).collect();
        return Err(at(Reason::AddressOutsideSubnet { address: ip.to_string(), cidr: cidrs.join(", ") }));
    };
    let address = FixedIp { subnet_id: subnet.id.clone(), ip };
    let free = is_host(subnet.cidr, ip) && subnet.gateway_ip != Some(ip);
    if free && store::addresses::take(tx, &address, port).await? {
        return Ok(address);
    }
    Err(at(Reason::AddressInUse { address: ip.to_string() }))
}
