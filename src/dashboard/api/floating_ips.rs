//! Floating IPs: addresses of an external network that lead to instances.

use std::net::Ipv4Addr;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::*;
use crate::model::network::Network;
use crate::model::router::FloatingIp;
#[cfg(feature = "ssr")]
use crate::model::router::{NewFloatingIp, Router};
use crate::model::{Error, FloatingIpId, InstanceId, NetworkId, PortId};

/// Before an external network's id: a floating IP that is yet to be taken from it.
pub const NEW: &str = "new:";

/// The project's floating IPs, oldest first.
#[server(endpoint = "floating-ips/list")]
pub async fn floating_ips() -> Result<Vec<FloatingIp>, Error> {
    answer(async { services()?.network.floating_ips(&ctx()?).await }).await
}

/// One floating IP.
#[server(endpoint = "floating-ips/show", name = ShowFloatingIp)]
pub async fn floating_ip(id: FloatingIpId) -> Result<FloatingIp, Error> {
    answer(async { services()?.network.floating_ip(&ctx()?, &id).await }).await
}

/// Where floating IPs can come from, and where they can lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FloatingChoices {
    pub external: Vec<Network>,
    pub targets: Vec<Target>,
}

/// An address of the project that a floating IP might lead to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub port_id: PortId,
    pub ip: Ipv4Addr,
    /// The instance that has the port, if any.
    pub instance: Option<InstanceId>,
    /// The instance's name, else the port's, else empty.
    pub name: String,
    pub network_name: String,
    /// The external networks that a router joins it to.
    pub reaches: Vec<NetworkId>,
    /// The floating IP that leads here already.
    pub taken_by: Option<Ipv4Addr>,
}

impl Target {
    /// The value of this choice in a form.
    pub fn value(&self) -> String {
        format!("{},{}", self.port_id, self.ip)
    }
}

/// External networks, and the addresses of the project's instances and free ports.
#[server(endpoint = "floating-ips/choices", name = ShowFloatingChoices)]
pub async fn floating_choices() -> Result<FloatingChoices, Error> {
    answer(async {
        let (ctx, service) = (ctx()?, services()?.network);
        let networks = service.networks(&ctx).await?;
        let routers = service.routers(&ctx).await?;
        let taken = service.floating_ips(&ctx).await?;
        let names = instances::names_of(&ctx).await?;
        let mut targets = Vec::new();
        for port in service.ports(&ctx, None).await? {
            let ours = port.project_id == ctx.project_id;
            if !ours || !(port.device_owner.is_empty() || port.device_owner.starts_with("compute:")) {
                continue;
            }
            let instance = Some(InstanceId(port.device_id.clone())).filter(|id| !id.as_str().is_empty());
            let name = instance.as_ref().and_then(|id| names.get(id)).unwrap_or(&port.name);
            let network = networks.iter().find(|network| network.id == port.network_id);
            for fixed in &port.fixed_ips {
                let leads_here = |floating: &&FloatingIp| {
                    floating.target.as_ref().is_some_and(|to| to.port_id == port.id && to.fixed_ip == fixed.ip)
                };
                targets.push(Target {
                    port_id: port.id.clone(),
                    ip: fixed.ip,
                    instance: instance.clone(),
                    name: name.clone(),
                    network_name: network.map(|network| network.name.clone()).unwrap_or_default(),
                    reaches: routers.iter().filter_map(|router| way_out(router, &fixed.subnet_id)).collect(),
                    taken_by: taken.iter().find(leads_here).map(|floating| floating.address),
                });
            }
        }
        let external = networks.into_iter().filter(|network| network.external).collect();
        Ok(FloatingChoices { external, targets })
    })
    .await
}

/// The external network that the router joins the subnet to, if it does.
#[cfg(feature = "ssr")]
fn way_out(router: &Router, subnet: &crate::model::SubnetId) -> Option<NetworkId> {
    let joined = router.interfaces.iter().any(|interface| interface.subnet_id == *subnet);
    router.gateway.as_ref().filter(|_| joined).map(|gateway| gateway.network_id.clone())
}

/// Takes an address of an external network, and leads it to a target if the form names one.
#[server(endpoint = "floating-ips/allocate")]
pub async fn allocate(
    network: NetworkId,
    #[server(default)] address: String,
    #[server(default)] description: String,
    #[server(default)] target: String,
) -> Result<FloatingIp, Error> {
    answer(async {
        let form = Allocate { network, address, description, target };
        let floating = services()?.network.create_floating_ip(&ctx()?, form.command()).await.map_err(at_form_field)?;
        done("/floating-ips", "created", &floating.address.to_string());
        Ok(floating)
    })
    .await
}

/// Leads a floating IP to a target. `id` is one that the project has, or [`NEW`] and an external network. Goes on to
/// `next`, else to the list.
#[server(endpoint = "floating-ips/associate")]
pub async fn associate(id: String, target: String, #[server(default)] next: String) -> Result<FloatingIp, Error> {
    answer(async {
        let (ctx, service) = (ctx()?, services()?.network);
        let floating = match lead(&id, &target) {
            Lead::New(new) => service.create_floating_ip(&ctx, new).await,
            Lead::Known(id, port, fixed_ip) => {
                service.associate_floating_ip(&ctx, &id, Some(&port), fixed_ip.as_deref()).await
            }
        };
        let floating = floating.map_err(at_form_field)?;
        go_on(&next, "done", &floating);
        Ok(floating)
    })
    .await
}

/// Leads a floating IP nowhere; the project keeps it. Goes on to `next`, else to the list.
#[server(endpoint = "floating-ips/disassociate")]
pub async fn disassociate(id: FloatingIpId, #[server(default)] next: String) -> Result<FloatingIp, Error> {
    answer(async {
        let floating = services()?.network.associate_floating_ip(&ctx()?, &id, None, None).await?;
        go_on(&next, "done", &floating);
        Ok(floating)
    })
    .await
}

/// Says what a floating IP is for.
#[server(endpoint = "floating-ips/describe")]
pub async fn describe(id: FloatingIpId, #[server(default)] description: String) -> Result<FloatingIp, Error> {
    answer(async {
        let floating = services()?.network.describe_floating_ip(&ctx()?, &id, &description).await?;
        done(&format!("/floating-ips/{id}"), "saved", &floating.address.to_string());
        Ok(floating)
    })
    .await
}

/// Gives a floating IP back to its external network.
#[server(endpoint = "floating-ips/release")]
pub async fn release(id: FloatingIpId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.network.delete_floating_ip(&ctx()?, &id).await?;
        done("/floating-ips", "deleted", &name);
        Ok(())
    })
    .await
}

#[cfg(feature = "ssr")]
impl Allocate {
    /// What the network service is asked for.
    pub(in crate::dashboard) fn command(self) -> NewFloatingIp {
        let (port_id, fixed_ip) = form::optional(&self.target).map(|target| chosen(&target)).unzip();
        NewFloatingIp {
            network_id: self.network,
            address: form::optional(&self.address),
            description: self.description.trim().to_owned(),
            port_id,
            fixed_ip: fixed_ip.flatten(),
        }
    }
}

/// Which floating IP is to lead to a target: one that is yet to be taken, or one that the project has.
#[cfg(feature = "ssr")]
pub(in crate::dashboard) enum Lead {
    New(NewFloatingIp),
    Known(FloatingIpId, PortId, Option<String>),
}

/// What the form of [`associate`] asks for.
#[cfg(feature = "ssr")]
pub(in crate::dashboard) fn lead(id: &str, target: &str) -> Lead {
    let (port, fixed_ip) = chosen(target);
    match id.strip_prefix(NEW) {
        None => Lead::Known(id.into(), port, fixed_ip),
        Some(network) => Lead::New(NewFloatingIp {
            network_id: network.into(),
            address: None,
            description: String::new(),
            port_id: Some(port),
            fixed_ip,
        }),
    }
}

/// A port, and after a comma which of its addresses.
#[cfg(feature = "ssr")]
fn chosen(target: &str) -> (PortId, Option<String>) {
    let (port, ip) = target.split_once(',').unwrap_or((target, ""));
    (port.trim().into(), form::optional(ip))
}

#[cfg(feature = "ssr")]
fn go_on(next: &str, what: &str, floating: &FloatingIp) {
    let page = if next.is_empty() { "/floating-ips" } else { session::local_path(next) };
    done(page, what, &floating.address.to_string());
}

/// Puts a refusal at the form's field: the service names the members of its own requests.
#[cfg(feature = "ssr")]
fn at_form_field(mut refusal: Error) -> Error {
    refusal.field = refusal.field.map(|field| match field.as_str() {
        "port_id" | "fixed_ip" => "target".to_owned(),
        "network_id" => "network".to_owned(),
        _ => field,
    });
    refusal
}
