//! Joining routers to subnets.

use super::ports::visible_port;
use super::routers::own_router;
use super::service_port::{self, Service};
use super::subnets::visible_subnet;
use super::{NetworkService, own_network, routes};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::{self, Tx};
use crate::model::network::{FixedIp, Subnet};
use crate::model::router::{INTERFACE, InterfaceBy, Router, RouterInterface};
use crate::model::{Error, Noun, PortId, Reason, Result, RouterId, SubnetId, Timestamp};

impl NetworkService {
    /// Joins a subnet of one's own by its gateway address, or any by the address of a port that is free.
    ///
    /// # Errors
    /// `NotFound`, `NoGatewayAddress`, `AddressInUse`, `InUse`, `RouterOverlap`; `Forbidden` for the gateway address of
    /// others' network.
    pub async fn add_router_interface(&self, ctx: &Ctx, id: &RouterId, by: InterfaceBy) -> Result<RouterInterface> {
        let grant = policy::check(ctx, Action::Write, "change a router")?;
        let now = self.shared.now();
        let mut tx = self.shared.db.write().await?;
        let mut router = own_router(&mut tx, ctx, id).await?;
        let added = match by {
            InterfaceBy::Subnet(subnet) => by_subnet(&mut tx, ctx, grant, &router, &subnet, now).await?,
            InterfaceBy::Port(port) => by_port(&mut tx, ctx, grant, &router, &port, now).await?,
        };
        router.updated_at = now;
        router.interfaces.push(added.clone());
        self.finish_router(tx, ctx, grant, &mut router, vec![added.network_id.clone()]).await?;
        Ok(added)
    }

    /// The port goes, whoever made it. Refused (`InUse`) while a floating IP leads through it or a static route's next
    /// hop lies there.
    ///
    /// # Errors
    /// `NotFound`, `NoInterface`, `InUse`.
    pub async fn remove_router_interface(&self, ctx: &Ctx, id: &RouterId, by: InterfaceBy) -> Result<RouterInterface> {
        let grant = policy::check(ctx, Action::Write, "change a router")?;
        let mut tx = self.shared.db.write().await?;
        let mut router = own_router(&mut tx, ctx, id).await?;
        let is_it = |interface: &&RouterInterface| match &by {
            InterfaceBy::Subnet(subnet) => interface.subnet_id == *subnet,
            InterfaceBy::Port(port) => interface.port_id == *port,
        };
        let Some(removed) = router.interfaces.iter().find(is_it).cloned() else {
            let on = match by {
                InterfaceBy::Subnet(subnet) => format!("subnet {subnet}"),
                InterfaceBy::Port(port) => format!("port {port}"),
            };
            return Err(Reason::NoInterface { router: id.to_string(), on }.into());
        };
        router.interfaces.retain(|interface| interface.port_id != removed.port_id);
        is_not_needed(&mut tx, &router, &removed).await?;
        store::ports::delete(&mut tx, grant, &removed.port_id).await?;
        router.updated_at = self.shared.now();
        self.finish_router(tx, ctx, grant, &mut router, vec![removed.network_id.clone()]).await?;
        Ok(removed)
    }
}

async fn by_subnet(
    tx: &mut Tx,
    ctx: &Ctx,
    grant: Grant,
    router: &Router,
    id: &SubnetId,
    now: Timestamp,
) -> Result<RouterInterface> {
    let on = |error: Error| error.at("subnet_id");
    let subnet = visible_subnet(tx, ctx, id).await.map_err(on)?;
    let network =
        own_network(tx, ctx, &subnet.network_id, "take the gateway address of a network").await.map_err(on)?;
    let joined = store::subnets::of_device(&mut **tx, router.id.as_str()).await?;
    stand_apart(&joined, std::slice::from_ref(&subnet)).map_err(|reason| on(reason.into()))?;
    let Some(ip) = subnet.gateway_ip else {
        return Err(on(Reason::NoGatewayAddress { subnet: named(&subnet) }.into()));
    };
    let service =
        Service { owner: INTERFACE, device: router.id.as_str(), host: &router.host, project: &router.project_id };
    let port_id = service_port::insert(tx, grant, &network, service, now).await?;
    let address = FixedIp { subnet_id: subnet.id.clone(), ip };
    if !store::addresses::take(tx, &address, &port_id).await? {
        return Err(on(Reason::AddressInUse { address: ip.to_string() }.into()));
    }
    Ok(RouterInterface { port_id, network_id: network.id, subnet_id: subnet.id, ip })
}

async fn by_port(
    tx: &mut Tx,
    ctx: &Ctx,
    grant: Grant,
    router: &Router,
    id: &PortId,
    now: Timestamp,
) -> Result<RouterInterface> {
    let on = |reason| Error::on("port_id", reason);
    let (port, network) = visible_port(tx, ctx, id).await.map_err(|error| on(error.reason))?;
    policy::visible(ctx, &port.project_id, Noun::Port, id.as_str()).map_err(|error| on(error.reason))?;
    let in_use = |by| on(Reason::InUse { noun: Noun::Port, id: id.to_string(), by });
    if !port.device_id.is_empty() || !port.device_owner.is_empty() {
        return Err(in_use(service_port::holder(&port)));
    }
    if let Some(floating) = store::floating_ips::to_port(tx, id).await?.first() {
        return Err(in_use(format!("floating IP {}", floating.address)));
    }
    let Some(first) = port.fixed_ips.first() else {
        return Err(on(Reason::Required { field: "fixed_ip".to_owned() }));
    };
    let joined = store::subnets::of_device(&mut **tx, router.id.as_str()).await?;
    let mut new = network.subnets;
    new.retain(|subnet| port.fixed_ips.iter().any(|fixed| fixed.subnet_id == subnet.id));
    stand_apart(&joined, &new).map_err(on)?;
    store::routers::adopt(tx, grant, router, id, now).await?;
    Ok(RouterInterface { port_id: port.id, network_id: network.id, subnet_id: first.subnet_id.clone(), ip: first.ip })
}

/// A router knows one way to each address: what it is joined to must not overlap.
pub fn stand_apart(joined: &[Subnet], new: &[Subnet]) -> Result<(), Reason> {
    for subnet in new {
        let overlaps = |other: &&Subnet| other.cidr.contains(&subnet.cidr) || subnet.cidr.contains(&other.cidr);
        if let Some(other) = joined.iter().find(overlaps) {
            return Err(Reason::RouterOverlap { cidr: subnet.cidr.to_string(), other: other.cidr.to_string() });
        }
    }
    Ok(())
}

/// `router` as it is to be, without `removed`.
async fn is_not_needed(tx: &mut Tx, router: &Router, removed: &RouterInterface) -> Result<()> {
    let in_use = |by| Err(Reason::InUse { noun: Noun::Subnet, id: removed.subnet_id.to_string(), by }.into());
    let (gone, left): (Vec<_>, Vec<_>) = {
        let subnets = store::subnets::of_device(&mut **tx, router.id.as_str()).await?;
        let gateway = router.gateway.iter().flat_map(|gateway| &gateway.fixed_ips).map(|fixed| &fixed.subnet_id);
        let kept: Vec<_> = router.interfaces.iter().map(|interface| &interface.subnet_id).chain(gateway).collect();
        subnets.into_iter().partition(|subnet| !kept.contains(&&subnet.id))
    };
    let leads_there = |ip| gone.iter().any(|subnet| subnet.cidr.contains(&ip));
    for floating in store::floating_ips::through(tx, &router.id).await? {
        if floating.target.is_some_and(|target| leads_there(target.fixed_ip)) {
            return in_use(format!("floating IP {}", floating.address));
        }
    }
    routes::stranded(&router.routes, &left).map_or(Ok(()), in_use)
}

/// As people know it.
fn named(subnet: &Subnet) -> String {
    if subnet.name.is_empty() { subnet.cidr.to_string() } else { subnet.name.clone() }
}
