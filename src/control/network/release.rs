//! Giving back the ports of an instance that goes away.

use super::{NetworkService, firewall, floating_ips, hosts};
use crate::bus::contract::NetworkMessage;
use crate::bus::{Envelope, Topic};
use crate::control::Ctx;
use crate::control::store::{self, Tx, released_ports};
use crate::control::workflow::outbox;
use crate::model::{InstanceId, Noun, PortId, Result, Timestamp};

impl NetworkService {
    /// Gives one port of an instance back: deletes it if it was made for the instance, and no floating IP leads to it any
    /// more, else frees it. The instance must have let go of it. Nothing to give back is fine.
    pub(in crate::control) async fn release_port(&self, ctx: &Ctx, instance: &InstanceId, id: &PortId) -> Result<()> {
        let mut tx = self.shared.db.write().await?;
        let Some(port) = store::ports::by_id(&mut tx, id).await? else { return Ok(()) };
        let mut leading = store::floating_ips::to_launched(&mut tx, instance).await?;
        leading.retain(|floating| floating.target.as_ref().is_some_and(|target| target.port_id == *id));
        floating_ips::lead_nowhere(&mut tx, &ctx.request_id, leading, self.shared.now()).await?;
        released_ports::release_one(&mut tx, instance, id).await?;
        firewall::members_changed(&mut tx, &ctx.request_id, &port.security_groups, self.shared.now()).await?;
        hosts::announce(&mut tx, ctx, &port.network_id, vec![port.host], self.shared.now()).await?;
        self.shared.commit(tx).await?;
        self.tell(Noun::Port, id.as_str(), &port.project_id);
        Ok(())
    }
}

/// Deletes the ports that were made for the instance's launch, to which no floating IP leads any more, and frees its other
/// ones; tells every host on the networks in question, and those that let the members of its security groups in. Nothing
/// to give back is fine.
pub async fn release_ports_of(tx: &mut Tx, instance: &InstanceId, now: Timestamp) -> Result<()> {
    let leading = store::floating_ips::to_launched(tx, instance).await?;
    floating_ips::lead_nowhere(tx, "", leading, now).await?;
    let concerned = released_ports::hosts_of(tx, instance).await?;
    let groups = released_ports::groups_of(tx, instance).await?;
    released_ports::release(tx, instance).await?;
    firewall::members_changed(tx, "", &groups, now).await?;
    for (host, network_id) in concerned {
        let message = NetworkMessage::Changed { network_id };
        outbox::enqueue(tx, &Topic::network(&host), &Envelope::new("", &message), now).await?;
    }
    Ok(())
}
