//! Ports of a network.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
#[cfg(feature = "ssr")]
use crate::model::network::NewPort;
use crate::model::network::Port;
use crate::model::{Error, NetworkId, PortId};

/// The ports of a network, or of all networks without one.
#[server(endpoint = "ports/list")]
pub async fn ports(network: Option<NetworkId>) -> Result<Vec<Port>, Error> {
    answer(async { services()?.network.ports(&ctx()?, network.as_ref()).await }).await
}

/// Makes a port that belongs to no instance yet; an empty address means the next free one.
#[server(endpoint = "ports/create")]
pub async fn create_port(
    network: NetworkId,
    #[server(default)] port_name: String,
    #[server(default)] fixed_ip: String,
) -> Result<Port, Error> {
    answer(async {
        let port = NewPort {
            network_id: network.clone(),
            name: port_name.trim().to_owned(),
            fixed_ip: form::optional(&fixed_ip),
            ..NewPort::default()
        };
        let port = services()?.network.create_port(&ctx()?, port).await?;
        let address = port.fixed_ips.first().map(|fixed| fixed.ip.to_string()).unwrap_or_default();
        done(&format!("/networks/{network}"), "created", &address);
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
