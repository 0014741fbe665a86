//! Giving back what an instance holds on the control side: its room on the host, the ports made for it, and its volumes.

use crate::control::network;
use crate::control::store::instances::Touched;
use crate::control::store::{Tx, allocations, instances};
use crate::control::volume::holding::{self, Changed};
use crate::control::workflow::outbox;
use crate::model::{InstanceId, Result, Timestamp};

/// Gives everything back; what is already gone is fine.
pub async fn everything(tx: &mut Tx, id: &InstanceId, now: Timestamp) -> Result<Changed> {
    allocations::release(tx, id).await?;
    network::release_ports_of(tx, id, now).await?;
    holding::released(tx, id, now).await
}

/// Gives everything back, withdraws what was still to be said about the instance, and marks it deleted.
pub async fn deleted(tx: &mut Tx, id: &InstanceId, now: Timestamp) -> Result<(Option<Touched>, Changed)> {
    let volumes = everything(tx, id, now).await?;
    outbox::forget(tx, id).await?;
    Ok((instances::mark_deleted(tx, id, now).await?, volumes))
}
