//! The ports of an instance, in the order of its NICs.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::*;
use crate::model::network::{Network, Port};
use crate::model::router::FloatingIp;
use crate::model::security_group::SecurityGroup;
use crate::model::{Error, InstanceId, PortId};
#[cfg(feature = "ssr")]
use crate::model::{NetworkId, launch::NicRequest};

/// Before a port's id, where a network's id would stand for a new port on it.
pub const PORT: &str = "port:";

/// An instance's ports, and what stands around them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interfaces {
    pub ports: Vec<Port>,
    pub networks: Vec<Network>,
    pub groups: Vec<SecurityGroup>,
    pub floating_ips: Vec<FloatingIp>,
    /// The project's ports that belong to nothing yet.
    pub free: Vec<Port>,
}

/// The ports of an instance with networks, groups and floating IPs.
#[server(endpoint = "instances/interfaces", name = ShowInterfaces)]
pub async fn interfaces(id: InstanceId) -> Result<Interfaces, Error> {
    answer(async {
        let (ctx, services) = (ctx()?, services()?);
        Ok(Interfaces {
            ports: services.compute.ports(&ctx, &id).await?,
            networks: services.network.networks(&ctx).await?,
            groups: services.network.security_groups(&ctx).await?,
            floating_ips: services.network.floating_ips(&ctx).await?,
            free: free_ports(&ctx).await?,
        })
    })
    .await
}

/// The project's ports that an instance could be given.
#[cfg(feature = "ssr")]
pub(super) async fn free_ports(ctx: &crate::control::Ctx) -> Result<Vec<Port>, Error> {
    let mut ports = services()?.network.ports(ctx, None).await?;
    ports.retain(|port| port.project_id == ctx.project_id && port.device_id.is_empty() && port.device_owner.is_empty());
    Ok(ports)
}

/// Gives an instance a further NIC: `place` is a network, or [`PORT`] and a free port. An empty address means the next
/// free one.
#[server(endpoint = "instances/attach")]
pub async fn attach(id: InstanceId, place: String, #[server(default)] fixed_ip: String) -> Result<Port, Error> {
    answer(async {
        let nic = Attach { id: id.clone(), place, fixed_ip }.nic();
        let port = services()?.compute.attach_port(&ctx()?, &id, nic).await.map_err(at_form_field)?;
        done(&page(&id), "done", &ports::title(&port));
        Ok(port)
    })
    .await
}

#[cfg(feature = "ssr")]
impl Attach {
    /// What the compute service is asked for.
    pub(in crate::dashboard) fn nic(self) -> NicRequest {
        match self.place.strip_prefix(PORT) {
            Some(port) => NicRequest { network_id: NetworkId::default(), fixed_ip: None, port_id: Some(port.into()) },
            None => {
                NicRequest { network_id: self.place.into(), fixed_ip: form::optional(&self.fixed_ip), port_id: None }
            }
        }
    }
}

/// Takes a NIC from an instance.
#[server(endpoint = "instances/detach")]
pub async fn detach(id: InstanceId, port: PortId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.compute.detach_port(&ctx()?, &id, &port).await?;
        done(&page(&id), "done", &name);
        Ok(())
    })
    .await
}

/// The tab of an instance's page where this is shown.
pub fn page(id: &InstanceId) -> String {
    format!("/instances/{id}?tab=network")
}

/// Puts a refusal at the form's field: the service names the members of its own requests.
#[cfg(feature = "ssr")]
fn at_form_field(mut refusal: Error) -> Error {
    refusal.field = refusal.field.map(|field| match (field.as_str(), &refusal.reason) {
        ("networks", crate::model::Reason::NotFound { .. } | crate::model::Reason::InUse { .. }) => "place".to_owned(),
        ("networks", _) => "fixed_ip".to_owned(),
        _ => field,
    });
    refusal
}
