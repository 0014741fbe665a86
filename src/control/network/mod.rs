//! Networks, subnets, ports, security groups: the records. Agents make them real.

mod address_pairs;
mod addresses;
mod agents;
mod dhcp;
mod firewall;
mod floating_ips;
mod hosts;
mod mac;
mod networks;
mod placement;
mod port_changes;
mod port_groups;
mod port_security;
mod ports;
mod rbac;
pub(in crate::control) mod reach;
mod release;
mod router_gateway;
mod router_interfaces;
mod routers;
mod routes;
mod rules;
mod security_groups;
mod segment;
mod service_port;
mod subnet_request;
mod subnets;
mod tags;
mod tenant_vlans;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(in crate::control) use placement::place_router;
pub(in crate::control) use release::release_ports_of;
pub use tags::Kind as Tagged;
pub use tenant_vlans::TenantVlans;

use super::Ctx;
use super::shared::Shared;
use super::store::{self, Tx};
use crate::model::live::Change;
use crate::model::network::Network;
use crate::model::{Error, NetworkId, Noun, ProjectId, Reason, Result};

/// The network service.
#[derive(Clone)]
pub struct NetworkService {
    shared: Arc<Shared>,
}

impl NetworkService {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Tells the pages of whoever can see the network.
    fn tell_network(&self, network: &Network) {
        let project_id = (!network.shared && network.shared_with.is_empty()).then(|| network.project_id.clone());
        self.shared.spread(Change { noun: Noun::Network, id: network.id.to_string(), project_id, version: 0 });
    }

    /// Tells the owner's pages.
    fn tell(&self, noun: Noun, id: &str, owner: &ProjectId) {
        self.shared.spread(Change { noun, id: id.to_owned(), project_id: Some(owner.clone()), version: 0 });
    }
}

/// A network that the caller may know of: the project's own, a shared one, or an external one.
async fn visible_network(tx: &mut Tx, ctx: &Ctx, id: &NetworkId) -> Result<Network> {
    let network = store::networks::by_id(tx, id).await?;
    network
        .filter(|network| network.takes_instances_of(&ctx.project_id) || network.external || ctx.is_admin())
        .ok_or_else(|| Error::not_found(Noun::Network, id.as_str()))
}

/// Whether the caller's instances may be on a network that the caller may know of: external ones are for everybody's
/// routers and floating IPs, but not for everybody's instances.
///
/// # Errors
/// `ExternalOnly`.
pub(in crate::control) fn may_plug(ctx: &Ctx, network: &Network) -> Result<()> {
    if network.takes_instances_of(&ctx.project_id) || ctx.is_admin() {
        return Ok(());
    }
    Err(Error::on("network_id", Reason::ExternalOnly { network: network.name.clone() }))
}

/// A network that the caller may change; `what` names the change in the refusal.
async fn own_network(tx: &mut Tx, ctx: &Ctx, id: &NetworkId, what: &str) -> Result<Network> {
    let network = visible_network(tx, ctx, id).await?;
    if network.project_id == ctx.project_id || ctx.is_admin() {
        return Ok(network);
    }
    Err(Reason::Forbidden { action: what.to_owned() }.into())
}

fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
