//! Giving back the ports of an instance that goes away.

use super::floating_ips;
use crate::bus::contract::NetworkMessage;
use crate::bus::{Envelope, Topic};
use crate::control::store::{self, Tx, released_ports};
use crate::control::workflow::outbox;
use crate::model::{InstanceId, Result, Timestamp};

/// Deletes the ports that were made for the instance's launch, to which no floating IP leads any more, frees its other
/// ones, and tells every host on the networks in question. Nothing to give back is fine.
pub async fn release_ports_of(tx: &mut Tx, instance: &InstanceId, now: Timestamp) -> Result<()> {
    let leading = store::floating_ips::to_launched(tx, instance).await?;
    floating_ips::lead_nowhere(tx, "", leading, now).await?;
    let concerned = released_ports::hosts_of(tx, instance).await?;
    released_ports::release(tx, instance).await?;
    for (host, network_id) in concerned {
        let message = NetworkMessage::Changed { network_id };
        outbox::enqueue(tx, &Topic::network(&host), &Envelope::new("", &message), now).await?;
    }
    Ok(())
}
