//! Networks.

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ticked;
use super::subnets::SubnetForm;
#[cfg(feature = "ssr")]
use super::*;
use crate::model::network::Network;
use crate::model::{Error, NetworkId};
#[cfg(feature = "ssr")]
use crate::{
    control::{Ctx, network::NetworkService},
    model::network::{NetworkPatch, NewNetwork},
};

/// The project's own and shared networks with their subnets, by name.
#[server(endpoint = "networks/list")]
pub async fn networks() -> Result<Vec<Network>, Error> {
    answer(async { services()?.network.networks(&ctx()?).await }).await
}

/// One network.
#[server(endpoint = "networks/show", name = ShowNetwork)]
pub async fn network(id: NetworkId) -> Result<Network, Error> {
    answer(async { services()?.network.network(&ctx()?, &id).await }).await
}

/// The form of a network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkForm {
    pub name: String,
    pub description: String,
    #[serde(with = "ticked")]
    pub admin_down: bool,
    /// Everybody's; for administrators.
    #[serde(with = "ticked")]
    pub shared: bool,
    /// Routers and floating IPs lead out through it; for administrators.
    #[serde(with = "ticked")]
    pub external: bool,
    /// New ports start without checks of addresses and rules.
    #[serde(with = "ticked")]
    pub no_port_security: bool,
    /// Empty means the usual one.
    pub mtu: String,
}

#[cfg(feature = "ssr")]
impl NetworkForm {
    /// What the network service is asked to make.
    pub(in crate::dashboard) fn command(self, segment: SegmentForm) -> Result<NewNetwork, Error> {
        Ok(NewNetwork {
            name: self.name,
            description: self.description,
            admin_state_up: !self.admin_down,
            shared: self.shared,
            external: self.external,
            mtu: form::optional(&self.mtu).map(|mtu| form::number("mtu", &mtu, 68, 9000)).transpose()?,
            provider_type: form::optional(&segment.provider_type),
            physical_network: form::optional(&segment.physical_network),
            segmentation_id: form::optional(&segment.segmentation_id)
                .map(|number| form::number("segmentation_id", &number, 1, 4094))
                .transpose()?,
            port_security: self.no_port_security.then_some(false),
        })
    }

    /// What the network service is asked to change.
    pub(in crate::dashboard) fn patch(self, ctx: &Ctx) -> NetworkPatch {
        NetworkPatch {
            name: Some(self.name),
            description: Some(self.description),
            admin_state_up: Some(!self.admin_down),
            shared: ctx.is_admin().then_some(self.shared),
            external: ctx.is_admin().then_some(self.external),
            port_security: Some(!self.no_port_security),
        }
    }
}

/// Which segment a new network is; for administrators. All empty means the usual kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SegmentForm {
    /// `local`, `flat` or `vlan`.
    pub provider_type: String,
    pub physical_network: String,
    /// A VLAN's number.
    pub segmentation_id: String,
}

/// The physical networks that hosts report; for administrators.
#[server(endpoint = "networks/physical")]
pub async fn physical_networks() -> Result<BTreeSet<String>, Error> {
    answer(async {
        let hosts = services()?.compute.hosts(&ctx()?).await?;
        Ok(hosts.into_iter().flat_map(|host| host.inventory.physical_networks).collect())
    })
    .await
}

/// Makes a network, with a subnet if the form names an address range. A refused subnet leaves no network behind.
#[server(endpoint = "networks/create")]
pub async fn create_network(
    #[server(flatten)] form: NetworkForm,
    #[server(flatten)] segment: SegmentForm,
    #[server(flatten)] subnet: SubnetForm,
) -> Result<Network, Error> {
    answer(async {
        let (ctx, service) = (ctx()?, services()?.network);
        let network = service.create_network(&ctx, form.command(segment)?).await?;
        if subnet.is_wanted()
            && let Err(refusal) = add_subnet(&service, &ctx, &network.id, &subnet).await
        {
            service.delete_network(&ctx, &network.id).await?;
            return Err(refusal);
        }
        done(&format!("/networks/{}", network.id), "created", &network.name);
        Ok(network)
    })
    .await
}

#[cfg(feature = "ssr")]
async fn add_subnet(
    service: &NetworkService,
    ctx: &Ctx,
    network: &NetworkId,
    form: &SubnetForm,
) -> crate::model::Result<()> {
    service.create_subnet(ctx, form.request(network)?).await?;
    Ok(())
}

/// Changes a network's name, description and switches; who else may use it, administrators alone.
#[server(endpoint = "networks/update")]
pub async fn update_network(id: NetworkId, #[server(flatten)] form: NetworkForm) -> Result<Network, Error> {
    answer(async {
        let ctx = ctx()?;
        let network = services()?.network.update_network(&ctx, &id, form.patch(&ctx)).await?;
        done(&format!("/networks/{id}"), "saved", &network.name);
        Ok(network)
    })
    .await
}

/// Deletes a network with its subnets, unless ports hold it.
#[server(endpoint = "networks/delete")]
pub async fn delete_network(id: NetworkId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.network.delete_network(&ctx()?, &id).await?;
        done("/networks", "deleted", &name);
        Ok(())
    })
    .await
}
