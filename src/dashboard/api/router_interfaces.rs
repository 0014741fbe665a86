//! What joins a router to subnets.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
use crate::model::router::RouterInterface;
use crate::model::{Error, PortId, RouterId, SubnetId};
#[cfg(feature = "ssr")]
use crate::{
    control::{Ctx, network::NetworkService},
    model::NetworkId,
    model::network::NewPort,
    model::router::InterfaceBy,
};

/// Joins a subnet by its gateway address, or by another one if the form names it.
#[server(endpoint = "routers/interfaces/add")]
pub async fn add_interface(
    id: RouterId,
    subnet: SubnetId,
    #[server(default)] fixed_ip: String,
) -> Result<RouterInterface, Error> {
    answer(async {
        let (ctx, service) = (ctx()?, services()?.network);
        let interface = match form::optional(&fixed_ip) {
            None => service.add_router_interface(&ctx, &id, InterfaceBy::Subnet(subnet)).await?,
            Some(address) => add_by_address(&service, &ctx, &id, &subnet, address).await?,
        };
        done(&routers::page(&id), "done", &interface.ip.to_string());
        Ok(interface)
    })
    .await
}

/// A refused interface leaves no port behind.
#[cfg(feature = "ssr")]
async fn add_by_address(
    service: &NetworkService,
    ctx: &Ctx,
    id: &RouterId,
    subnet: &SubnetId,
    address: String,
) -> Result<RouterInterface, Error> {
    let network = service.subnet(ctx, subnet).await?.network_id;
    let port = service.create_port(ctx, port_at(network, address)).await?;
    let joined = service.add_router_interface(ctx, id, InterfaceBy::Port(port.id.clone())).await;
    if joined.is_err() {
        service.delete_port(ctx, &port.id).await?;
    }
    joined
}

/// The port that has a chosen address for a router.
#[cfg(feature = "ssr")]
pub(in crate::dashboard) fn port_at(network_id: NetworkId, address: String) -> NewPort {
    NewPort { network_id, fixed_ip: Some(address), ..NewPort::default() }
}

/// Takes a router out of a subnet.
#[server(endpoint = "routers/interfaces/remove")]
pub async fn remove_interface(id: RouterId, port: PortId) -> Result<RouterInterface, Error> {
    answer(async {
        let interface = services()?.network.remove_router_interface(&ctx()?, &id, InterfaceBy::Port(port)).await?;
        done(&routers::page(&id), "done", &interface.ip.to_string());
        Ok(interface)
    })
    .await
}
