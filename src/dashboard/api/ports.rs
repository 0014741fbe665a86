//! Ports: what instances are plugged into networks by.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ticked;
#[cfg(feature = "ssr")]
use super::*;
use crate::model::network::Port;
#[cfg(feature = "ssr")]
use crate::model::network::{NewPort, PortPatch};
use crate::model::{Error, NetworkId, PortId};

/// The ports of a network, or of all networks without one.
#[server(endpoint = "ports/list")]
pub async fn ports(network: Option<NetworkId>) -> Result<Vec<Port>, Error> {
    answer(async { services()?.network.ports(&ctx()?, network.as_ref()).await }).await
}

/// One port.
#[server(endpoint = "ports/show", name = ShowPort)]
pub async fn port(id: PortId) -> Result<Port, Error> {
    answer(async { services()?.network.port(&ctx()?, &id).await }).await
}

/// What can be said of a port at any time, as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PortForm {
    pub port_name: String,
    pub description: String,
    #[serde(with = "ticked")]
    pub admin_down: bool,
    /// Neither addresses nor rules are checked, so it has neither groups nor further addresses.
    #[serde(with = "ticked")]
    pub no_port_security: bool,
    /// Ids or names.
    pub security_groups: Vec<String>,
    /// One a line: an address or range, and a MAC address after a space where it is not the port's own.
    pub allowed_address_pairs: String,
}

/// Makes a port that belongs to no instance yet. An empty address means the next free one, an empty MAC address a new
/// one; `choose_groups` says that the form had groups to choose from, so that none means none.
#[server(endpoint = "ports/create")]
pub async fn create_port(
    network: NetworkId,
    #[server(default)] fixed_ip: String,
    #[server(default)] mac: String,
    #[server(default)] choose_groups: String,
    #[server(flatten)] form: PortForm,
) -> Result<Port, Error> {
    answer(async {
        let form = CreatePort { network: network.clone(), fixed_ip, mac, choose_groups, form };
        let port = services()?.network.create_port(&ctx()?, form.command()).await?;
        done(&format!("/networks/{network}"), "created", &title(&port));
        Ok(port)
    })
    .await
}

/// Changes everything of a port but its addresses.
#[server(endpoint = "ports/update")]
pub async fn update_port(id: PortId, #[server(flatten)] form: PortForm) -> Result<Port, Error> {
    answer(async {
        let port = services()?.network.update_port(&ctx()?, &id, form.patch()).await?;
        done(&format!("/networks/ports/{id}"), "saved", &title(&port));
        Ok(port)
    })
    .await
}

/// Removes a port.
#[server(endpoint = "ports/delete")]
pub async fn delete_port(id: PortId, network: NetworkId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.network.delete_port(&ctx()?, &id).await?;
        done(&format!("/networks/{network}"), "deleted", &name);
        Ok(())
    })
    .await
}

/// What people know a port by: its addresses, or the MAC address of one that has none.
pub fn title(port: &Port) -> String {
    let addresses = port.fixed_ips.iter().map(|fixed| fixed.ip.to_string()).collect::<Vec<_>>().join(", ");
    if addresses.is_empty() { port.mac.clone() } else { addresses }
}

#[cfg(feature = "ssr")]
impl CreatePort {
    /// What the network service is asked for.
    pub(in crate::dashboard) fn command(self) -> NewPort {
        let Self { network, fixed_ip, mac, choose_groups, form } = self;
        NewPort {
            network_id: network,
            name: form.port_name.trim().to_owned(),
            fixed_ip: form::optional(&fixed_ip),
            mac: form::optional(&mac),
            security_groups: (!choose_groups.is_empty()).then(|| form.groups()),
            description: form.description.trim().to_owned(),
            admin_state_up: Some(!form.admin_down),
            port_security: form.no_port_security.then_some(false),
            allowed_address_pairs: form.pairs(),
            ..NewPort::default()
        }
    }
}

#[cfg(feature = "ssr")]
impl PortForm {
    /// What the network service is asked to change.
    pub(in crate::dashboard) fn patch(&self) -> PortPatch {
        PortPatch {
            name: Some(self.port_name.trim().to_owned()),
            description: Some(self.description.trim().to_owned()),
            admin_state_up: Some(!self.admin_down),
            port_security: Some(!self.no_port_security),
            security_groups: Some(self.groups()),
            allowed_address_pairs: Some(self.pairs()),
            ..PortPatch::default()
        }
    }

    fn groups(&self) -> Vec<String> {
        if self.no_port_security { Vec::new() } else { self.security_groups.clone() }
    }

    fn pairs(&self) -> Vec<(String, Option<String>)> {
        let lines = if self.no_port_security { "" } else { self.allowed_address_pairs.as_str() };
        let pair = |line: &str| {
            let mut words = line.split_whitespace().map(str::to_owned);
            words.next().map(|address| (address, words.next()))
        };
        lines.lines().filter_map(pair).collect()
    }
}
