//! A router's way out.

use super::service_port::{self, Service};
use super::{addresses, router_interfaces, visible_network};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::{self, Tx};
use crate::model::network::Network;
use crate::model::router::{ExternalGateway, GATEWAY, NewGateway, Router};
use crate::model::{Error, NetworkId, Noun, Reason, Result, Timestamp};

/// Gives the router this way out, in place of the one that it has.
///
/// # Errors
/// `NotFound`, `NotExternal`, `NetworkWithoutSubnet`, `NoFreeAddress`, `AddressInUse`, `RouterOverlap`; `Forbidden` for
/// an address that others' network is asked for; `InUse` while floating IPs need another network.
pub async fn open(
    tx: &mut Tx,
    ctx: &Ctx,
    grant: Grant,
    router: &mut Router,
    wanted: &NewGateway,
    now: Timestamp,
) -> Result<()> {
    let network = external(tx, ctx, &wanted.network_id).await?;
    let typed = chosen_address(ctx, &network, wanted.fixed_ip.as_deref())?;
    if let Some(gateway) = router.gateway.as_mut().filter(|gateway| gateway.network_id == network.id) {
        gateway.enable_snat = wanted.enable_snat.unwrap_or(gateway.enable_snat);
        if let Some(typed) = typed.filter(|typed| gateway.fixed_ips.iter().all(|has| has.ip.to_string() != **typed)) {
            store::addresses::give_back_all(tx, &gateway.port_id).await?;
            gateway.fixed_ips = vec![addresses::chosen(tx, &network.subnets, typed, &gateway.port_id).await?];
        }
        return Ok(());
    }
    close(tx, grant, router).await?;
    let inner = store::subnets::of_device(&mut **tx, router.id.as_str()).await?;
    router_interfaces::stand_apart(&inner, &network.subnets).map_err(|reason| Error::on("network_id", reason))?;
    let service =
        Service { owner: GATEWAY, device: router.id.as_str(), host: &router.host, project: &network.project_id };
    let port_id = service_port::insert(tx, grant, &network, service, now).await?;
    let address = match typed {
        Some(typed) => addresses::chosen(tx, &network.subnets, typed, &port_id).await?,
        None => addresses::lowest_free(tx, &network.subnets, &network.name, &port_id).await?,
    };
    let (enable_snat, fixed_ips) = (wanted.enable_snat.unwrap_or(true), vec![address]);
    router.gateway = Some(ExternalGateway { network_id: network.id, port_id, enable_snat, fixed_ips });
    Ok(())
}

/// Takes the router's way out away, if it has one.
///
/// # Errors
/// `InUse` while floating IPs lead through it.
pub async fn close(tx: &mut Tx, grant: Grant, router: &mut Router) -> Result<()> {
    let Some(gateway) = router.gateway.take() else { return Ok(()) };
    if let Some(floating) = store::floating_ips::through(tx, &router.id).await?.first() {
        let (id, by) = (router.id.to_string(), format!("floating IP {}", floating.address));
        return Err(Reason::InUse { noun: Noun::Router, id, by }.into());
    }
    store::ports::delete(tx, grant, &gateway.port_id).await
}

/// An external network with room for addresses; these are for everybody's routers and floating IPs.
pub async fn external(tx: &mut Tx, ctx: &Ctx, id: &NetworkId) -> Result<Network> {
    const FIELD: &str = "network_id";
    let network = visible_network(tx, ctx, id).await.map_err(|error| error.at(FIELD))?;
    if !network.external {
        return Err(Error::on(FIELD, Reason::NotExternal { network: network.name }));
    }
    if network.subnets.is_empty() {
        return Err(Error::on(FIELD, Reason::NetworkWithoutSubnet { network: network.name }));
    }
    Ok(network)
}

/// The outer address that was asked for by name, if one was: which one is free to take is a matter of the network's
/// owner.
pub fn chosen_address<'a>(ctx: &Ctx, network: &Network, typed: Option<&'a str>) -> Result<Option<&'a str>> {
    let typed = typed.map(str::trim).filter(|typed| !typed.is_empty());
    if typed.is_some() && network.project_id != ctx.project_id {
        policy::check(ctx, Action::Administer, "choose an address of an external network")?;
    }
    Ok(typed)
}
