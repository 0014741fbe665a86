//! Subnets of a network.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::{self, ticked};
#[cfg(feature = "ssr")]
use super::*;
#[cfg(feature = "ssr")]
use crate::model::network::SubnetPatch;
use crate::model::network::{NewSubnet, Subnet};
use crate::model::{Error, NetworkId, Result, SubnetId};

/// The form of a subnet, as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubnetForm {
    pub subnet_name: String,
    pub cidr: String,
    /// Empty means the first address.
    pub gateway_ip: String,
    #[serde(with = "ticked")]
    pub no_gateway: bool,
    #[serde(with = "ticked")]
    pub no_dhcp: bool,
    /// One pool a line, `first-last`.
    pub allocation_pools: String,
    /// Separated by commas, spaces or line ends.
    pub dns_nameservers: String,
    /// One route a line: destination and next hop with a space between.
    pub host_routes: String,
}

impl SubnetForm {
    /// What the network service is asked for.
    ///
    /// # Errors
    /// On the field at fault, for what cannot even be split into its parts.
    pub fn request(&self, network: &NetworkId) -> Result<NewSubnet> {
        let gateway = if self.no_gateway { Some(String::new()) } else { form::optional(&self.gateway_ip) };
        Ok(NewSubnet {
            network_id: network.to_string(),
            name: self.subnet_name.trim().to_owned(),
            description: String::new(),
            cidr: self.cidr.trim().to_owned(),
            gateway_ip: gateway,
            enable_dhcp: !self.no_dhcp,
            allocation_pools: form::pairs("allocation_pools", &self.allocation_pools, '-')?,
            dns_nameservers: form::words(&self.dns_nameservers),
            host_routes: self.routes()?,
        })
    }

    fn routes(&self) -> Result<Vec<(String, String)>> {
        form::pairs("host_routes", &self.host_routes, ' ')
    }

    /// Whether a new network is to have this subnet: an address range is named.
    pub fn is_wanted(&self) -> bool {
        !self.cidr.trim().is_empty()
    }
}

/// Adds a subnet to a network.
#[server(endpoint = "subnets/create")]
pub async fn create_subnet(network: NetworkId, #[server(flatten)] form: SubnetForm) -> Result<Subnet, Error> {
    answer(async {
        let subnet = services()?.network.create_subnet(&ctx()?, form.request(&network)?).await?;
        done(&format!("/networks/{network}"), "created", &subnet.cidr.to_string());
        Ok(subnet)
    })
    .await
}

/// One subnet.
#[server(endpoint = "subnets/show", name = ShowSubnet)]
pub async fn subnet(id: SubnetId) -> Result<Subnet, Error> {
    answer(async { services()?.network.subnet(&ctx()?, &id).await }).await
}

/// Changes everything of a subnet but its address range: what the form leaves empty is taken away, but for the pools.
#[server(endpoint = "subnets/update")]
pub async fn update_subnet(id: SubnetId, #[server(flatten)] form: SubnetForm) -> Result<Subnet, Error> {
    answer(async {
        let subnet = services()?.network.update_subnet(&ctx()?, &id, form.patch()?).await?;
        done(&format!("/networks/subnets/{id}"), "saved", &subnet.cidr.to_string());
        Ok(subnet)
    })
    .await
}

#[cfg(feature = "ssr")]
impl SubnetForm {
    /// What the network service is asked to change.
    pub(in crate::dashboard) fn patch(&self) -> Result<SubnetPatch> {
        let pools = form::pairs("allocation_pools", &self.allocation_pools, '-')?;
        Ok(SubnetPatch {
            name: Some(self.subnet_name.trim().to_owned()),
            description: None,
            gateway_ip: Some(if self.no_gateway { String::new() } else { self.gateway_ip.trim().to_owned() }),
            enable_dhcp: Some(!self.no_dhcp),
            allocation_pools: Some(pools).filter(|pools| !pools.is_empty()),
            dns_nameservers: Some(form::words(&self.dns_nameservers)),
            host_routes: Some(self.routes()?),
        })
    }
}

/// Removes a subnet that no port has an address of.
#[server(endpoint = "subnets/delete")]
pub async fn delete_subnet(id: SubnetId, network: NetworkId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.network.delete_subnet(&ctx()?, &id).await?;
        done(&format!("/networks/{network}"), "deleted", &name);
        Ok(())
    })
    .await
}
