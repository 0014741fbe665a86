//! The ports of a launch: those that exist, and those that are made for it.

use super::Host;
use crate::agent::rest::{Caller, NewPort, PortRecord, despite_outages};
use crate::bus::contract::{InstanceSpec, NicSpec};
use crate::model::Result;

/// How often making ports is attempted.
const ATTEMPTS: u32 = 10;

/// The port of each NIC, in order; ports of an earlier attempt are used again.
///
/// A request for a port that got no answer may have been carried out. So after an outage the service is asked what there
/// is, and only what is missing is made: an instance never holds a second port for a NIC.
///
/// # Errors
/// As the network service's.
pub async fn ports(host: &Host, spec: &InstanceSpec, caller: Caller<'_>) -> Result<Vec<PortRecord>> {
    despite_outages(ATTEMPTS, "asking for ports", || attempt(host, spec, caller)).await
}

async fn attempt(host: &Host, spec: &InstanceSpec, caller: Caller<'_>) -> Result<Vec<PortRecord>> {
    let here = host.conductor.host();
    let mut found = host.rest.ports(caller, &spec.instance_id).await?;
    let mut ports = Vec::with_capacity(spec.nics.len());
    for nic in &spec.nics {
        let port = match (found.iter().position(|port| fits(nic, port)), &nic.port_id) {
            (Some(index), _) => found.remove(index),
            (None, Some(id)) => host.rest.port(caller, id).await?,
            (None, None) => {
                let wanted = nic.fixed_ip.as_deref();
                let groups = &spec.security_groups;
                let new = NewPort::for_instance(&spec.instance_id, here, &nic.network_id, wanted, groups);
                host.rest.create_port(caller, &new).await?
            }
        };
        if port.host != here {
            host.rest.bind_port(caller, &port.id, &spec.instance_id, here).await?;
        }
        ports.push(port);
    }
    Ok(ports)
}

fn fits(nic: &NicSpec, port: &PortRecord) -> bool {
    match &nic.port_id {
        Some(id) => port.id == *id,
        None => {
            port.network_id == nic.network_id && nic.fixed_ip.as_deref().is_none_or(|address| port.has_address(address))
        }
    }
}
