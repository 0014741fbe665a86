//! Giving addresses to ports.

use super::subnet_request::is_host;
use crate::control::store::{self, Tx};
use crate::model::network::{AllocationPool, FixedIp, Network, Subnet, parse_ipv4};
use crate::model::{Error, PortId, Reason, Result};

const FIELD: &str = "fixed_ip";

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

/// Gives the port the address that was chosen: any of the network's but those that mean something else.
///
/// # Errors
/// `BadAddress`, `AddressOutsideSubnet`, `AddressInUse`.
pub async fn chosen(tx: &mut Tx, network: &Network, typed: &str, port: &PortId) -> Result<FixedIp> {
    let at = |reason| Error::on(FIELD, reason);
    let ip = parse_ipv4(typed).map_err(at)?;
    let Some(subnet) = network.subnets.iter().find(|subnet| subnet.cidr.contains(&ip)) else {
        let cidrs: Vec<String> = network.subnets.iter().map(|subnet| subnet.cidr.to_string()).collect();
        return Err(at(Reason::AddressOutsideSubnet { address: ip.to_string(), cidr: cidrs.join(", ") }));
    };
    let address = FixedIp { subnet_id: subnet.id.clone(), ip };
    let free = is_host(subnet.cidr, ip) && subnet.gateway_ip != Some(ip);
    if free && store::addresses::take(tx, &address, port).await? {
        return Ok(address);
    }
    Err(at(Reason::AddressInUse { address: ip.to_string() }))
}
