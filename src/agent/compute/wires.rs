//! An instance's ports, wired on its host.

use super::Host;
use crate::bus::contract::{NetworkPlan, PortPlan};
use crate::model::{Error, NetworkId, Noun, Result};

/// Brings one network to this host as the records have it now, so that DHCP knows every port.
///
/// # Errors
/// When the network is gone, or the host cannot be wired.
pub async fn bring_network(host: &Host, request_id: &str, id: &NetworkId) -> Result<NetworkPlan> {
    let plan = host.conductor.network(request_id, id).await?;
    let plan = plan.ok_or_else(|| Error::not_found(Noun::Network, id.as_str()))?;
    host.wiring.apply(&plan).await?;
    Ok(plan)
}

/// Brings the networks of some ports here and plugs the ports' taps, with the rules for what may pass.
///
/// # Errors
/// As [`bring_network`].
pub async fn wire(host: &Host, request_id: &str, ports: &[PortPlan]) -> Result<()> {
    let mut brought: Vec<&NetworkId> = Vec::new();
    for port in ports {
        if !brought.contains(&&port.network_id) {
            bring_network(host, request_id, &port.network_id).await?;
            brought.push(&port.network_id);
        }
        host.wiring.plug(port).await?;
    }
    host.guard(request_id).await
}
