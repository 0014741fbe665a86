//! Giving back the ports of an instance that goes away.

use super::firewall;
use crate::bus::contract::NetworkMessage;
use crate::bus::{Envelope, Topic};
use crate::control::store::{Tx, released_ports};
use crate::control::workflow::outbox;
use crate::model::{InstanceId, Result, Timestamp};

/// Deletes the ports that were made for the instance's launch and frees its other ones, and tells every host on the
/// networks in question, and those that let the members of its security groups in. Nothing to give back is fine.
pub async fn release_ports_of(tx: &mut Tx, instance: &InstanceId, now: Timestamp) -> Result<()> {
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
