//! Ports that come to an instance, or leave it, after its launch.

use super::hypervisor::Domain;
use super::{Host, record, wires};
use crate::bus::contract::PortPlan;
use crate::bus::{self, Outcome};
use crate::model::{InstanceId, PortId, Result};

/// Makes the instance's NICs be the ports that the records bind to it, but for the port `without`. May be repeated at
/// any point: what an interrupted earlier attempt left is used or removed.
pub async fn run(host: &Host, id: &InstanceId, request_id: &str, without: Option<&PortId>) -> Outcome {
    match rewire(host, id, request_id, without).await {
        Ok(()) => bus::answer(&()),
        Err(error) => {
            tracing::warn!(instance = %id, request_id, %error, "the instance's ports could not be changed");
            Outcome::Done(Err(error.reason))
        }
    }
}

async fn rewire(host: &Host, id: &InstanceId, request_id: &str, without: Option<&PortId>) -> Result<()> {
    let mut wanted = host.conductor.ports(id, request_id).await?;
    wanted.retain(|port| Some(&port.port_id) != without);
    let mut domain = record::load(&host.layout, id).await?;
    for port in missing_from(&wanted, &domain.ports) {
        unplug(host, &mut domain, &port).await?;
    }
    for port in missing_from(&domain.ports, &wanted) {
        plug(host, &mut domain, port, request_id).await?;
    }
    Ok(())
}

/// Those of `ports` that are not among the others.
fn missing_from(others: &[PortPlan], ports: &[PortPlan]) -> Vec<PortPlan> {
    ports.iter().filter(|port| !others.iter().any(|other| other.port_id == port.port_id)).cloned().collect()
}

/// The guest lets go first, then the host; the note of it comes last, so that an interrupted attempt is repeated.
async fn unplug(host: &Host, domain: &mut Domain, port: &PortPlan) -> Result<()> {
    host.hypervisor.detach(&domain.id, port).await?;
    host.wiring.unplug_port(&port.port_id).await?;
    domain.ports.retain(|other| other.port_id != port.port_id);
    record::store(&host.layout, domain).await
}

/// The note comes first: whatever follows, a power cycle or the comparison with the records knows of the port.
async fn plug(host: &Host, domain: &mut Domain, port: PortPlan, request_id: &str) -> Result<()> {
    wires::wire(host, request_id, std::slice::from_ref(&port)).await?;
    domain.ports.push(port);
    record::store(&host.layout, domain).await?;
    let attached = match domain.ports.last() {
        Some(port) => host.hypervisor.attach(&domain.id, port).await,
        None => Ok(()),
    };
    if let (Err(error), Some(port)) = (&attached, domain.ports.pop()) {
        tracing::debug!(%error, port = %port.port_id, "taking back what was done for a port");
        record::store(&host.layout, domain).await?;
        host.wiring.unplug_port(&port.port_id).await?;
    }
    attached
}
