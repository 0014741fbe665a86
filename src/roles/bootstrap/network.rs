//! The network that a first start makes for everybody.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::agent;
use crate::config::Config;
use crate::control::{Ctx, Services};
use crate::model::network::{NewNetwork, NewSubnet, default_pools};

const NAME: &str = "shared";
/// Addresses that no port is given: for gateways and the like at the start, for people's own use at the end.
const KEPT_AT_START: u32 = 10;
const KEPT_AT_END: u32 = 56;

/// Makes network `shared` with its subnet, unless they are there: where the host is the gateway if it can be, else one
/// that ends at the host.
pub async fn make(config: &Config, services: &Services, ctx: &Ctx) -> anyhow::Result<()> {
    let found = services.network.networks(ctx).await?.into_iter().find(|network| network.name == NAME);
    // With several machines each would have a network `host` of its own.
    let on_several = !config.bus.is_empty();
    if on_several && config.tenant_vlans.is_empty() {
        tracing::warn!("network {NAME} is another one on each host: set tenant_vlans, or make a provider network");
    }
    let gateway = if on_several { None } else { gateway(config).await? };
    let network = match found {
        Some(network) => network,
        None => services.network.create_network(ctx, new_network(gateway.is_some())).await?,
    };
    if network.subnets.is_empty() {
        services.network.create_subnet(ctx, new_subnet(network.id.to_string(), gateway)).await?;
    }
    Ok(())
}

/// The host's own address, where it is to be the gateway and nothing is in the way.
async fn gateway(config: &Config) -> anyhow::Result<Option<Ipv4Net>> {
    let Some(address) = config.host_address().map_err(anyhow::Error::msg)? else { return Ok(None) };
    if config.driver == "simulated" {
        return Ok(Some(address));
    }
    match agent::host_network_obstacle(address).await {
        Ok(None) => Ok(Some(address)),
        Ok(Some(why)) | Err(why) => {
            tracing::warn!(why, "network {NAME} ends at this host: the host cannot be its gateway");
            Ok(None)
        }
    }
}

fn new_network(leads_out: bool) -> NewNetwork {
    NewNetwork {
        name: NAME.to_owned(),
        description: "For everybody, made at the first start".to_owned(),
        admin_state_up: true,
        shared: true,
        external: leads_out,
        mtu: None,
        provider_type: leads_out.then(|| "flat".to_owned()),
        physical_network: leads_out.then(|| agent::HOST_NETWORK.to_owned()),
        segmentation_id: None,
        port_security: None,
    }
}

fn new_subnet(network_id: String, gateway: Option<Ipv4Net>) -> NewSubnet {
    let subnet = NewSubnet { network_id, name: "shared-subnet".to_owned(), enable_dhcp: true, ..NewSubnet::default() };
    match gateway {
        Some(address) => NewSubnet {
            cidr: address.trunc().to_string(),
            gateway_ip: Some(address.addr().to_string()),
            dns_nameservers: vec![address.addr().to_string()],
            allocation_pools: pools(address),
            ..subnet
        },
        None => NewSubnet { cidr: "10.66.0.0/24".to_owned(), ..subnet },
    }
}

/// The range but for what is kept; a small one is used whole.
fn pools(gateway: Ipv4Net) -> Vec<(String, String)> {
    let (mut first, mut last) = (u32::from(gateway.network()), u32::from(gateway.broadcast()));
    if gateway.prefix_len() <= 24 {
        (first, last) = (first + KEPT_AT_START, last - KEPT_AT_END);
    }
    let clipped = default_pools(gateway.trunc(), Some(gateway.addr()))
        .into_iter()
        .map(|pool| (Ipv4Addr::from(u32::from(pool.start).max(first)), Ipv4Addr::from(u32::from(pool.end).min(last))));
    clipped.filter(|(start, end)| start <= end).map(|(start, end)| (start.to_string(), end.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::pools;

    fn of(gateway: &str) -> Vec<String> {
        pools(gateway.parse().unwrap()).into_iter().map(|(start, end)| format!("{start}-{end}")).collect()
    }

    #[test]
    fn pools_leave_the_gateway_and_some_room() {
        assert_eq!(of("172.24.4.1/24"), ["172.24.4.10-172.24.4.199"]);
        assert_eq!(of("172.24.4.100/24"), ["172.24.4.10-172.24.4.99", "172.24.4.101-172.24.4.199"]);
        assert_eq!(of("172.24.4.1/29"), ["172.24.4.2-172.24.4.6"]);
    }
}
