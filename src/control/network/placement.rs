//! Which host carries a router.

use std::collections::BTreeSet;

use super::hosts;
use crate::control::Ctx;
use crate::control::shared::Shared;
use crate::control::store::{self, Tx};
use crate::model::host::Inventory;
use crate::model::router::Router;
use crate::model::{NetworkId, Result, RouterId};

/// Finds a host for a router that has none, or whose host has no way onto its gateway's physical network. Without one,
/// the router stays where it is; the reconciler looks again.
pub async fn settle(tx: &mut Tx, shared: &Shared, router: &mut Router) -> Result<()> {
    let physical = physical_network(tx, router).await?;
    let mut hosts = store::hosts::all(&mut **tx, shared.alive_since()).await?;
    hosts.retain(|host| physical.as_ref().is_none_or(|name| host.inventory.physical_networks.contains(name)));
    if hosts.iter().any(|host| host.inventory.host == router.host) {
        return Ok(());
    }
    let carried = store::routers::per_host(&mut **tx).await?;
    let fit = hosts.into_iter().filter(|host| host.alive && host.enabled).map(|host| host.inventory);
    // One that is there for networks comes before one that has guests to care for.
    let burden = |host: &Inventory| (host.guests, carried.get(&host.host).copied().unwrap_or_default());
    if let Some(Inventory { host, .. }) = fit.min_by_key(burden) {
        store::routers::place(tx, &router.id, &host).await?;
        router.host = host;
    }
    Ok(())
}

async fn physical_network(tx: &mut Tx, router: &Router) -> Result<Option<String>> {
    let Some(gateway) = &router.gateway else { return Ok(None) };
    let network = store::networks::by_id(tx, &gateway.network_id).await?;
    Ok(network.and_then(|network| network.physical_network))
}

/// Has a host carry a router that none does, and tells it; gives its name. None without a host, or if one carries it
/// by now.
pub async fn place_router(shared: &Shared, id: &RouterId) -> Result<Option<String>> {
    let mut tx = shared.db.write().await?;
    let Some(mut router) = store::routers::by_id(&mut tx, id).await? else { return Ok(None) };
    let before = router.host.clone();
    settle(&mut tx, shared, &mut router).await?;
    if router.host == before {
        return Ok(None);
    }
    let (ctx, now) = (Ctx::system(router.project_id.clone(), shared.now()), shared.now());
    hosts::announce_router(&mut tx, &ctx.request_id, id, vec![before], now).await?;
    for network in networks_of(&router) {
        hosts::announce(&mut tx, &ctx, &network, Vec::new(), now).await?;
    }
    shared.commit(tx).await?;
    Ok(Some(router.host))
}

/// Every network that the router stands in, once.
pub fn networks_of(router: &Router) -> BTreeSet<NetworkId> {
    let gateway = router.gateway.iter().map(|gateway| &gateway.network_id);
    router.interfaces.iter().map(|interface| &interface.network_id).chain(gateway).cloned().collect()
}
