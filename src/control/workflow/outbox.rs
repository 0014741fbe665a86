//! Messages are written in the same transaction as what they announce, and published from there.
//!
//! Rows may carry a user's token; they are deleted as soon as they are delivered.

use std::collections::HashSet;

use crate::bus::{Envelope, Topic};
use crate::control::store::db::Executor;
use crate::control::store::{Tx, outbox};
use crate::model::{InstanceId, Result, Timestamp};

/// Adds a message to what the transaction does; it is published some time after the commit, at least once.
pub async fn enqueue(tx: &mut Tx, topic: &Topic, envelope: &Envelope, now: Timestamp) -> Result<()> {
    outbox::insert(tx, topic.as_str(), envelope, now).await
}

/// The instances about which a message still waits.
pub async fn instances_waiting(on: impl Executor<'_>) -> Result<HashSet<InstanceId>> {
    let waiting = outbox::after(on, 0, u32::MAX).await?;
    Ok(waiting.iter().filter_map(|row| subject(&row.envelope)).collect())
}

/// Withdraws whatever waits about an instance.
pub async fn forget(tx: &mut Tx, id: &InstanceId) -> Result<()> {
    let waiting = outbox::after(&mut **tx, 0, u32::MAX).await?;
    let rows: Vec<i64> =
        waiting.iter().filter(|row| subject(&row.envelope).as_ref() == Some(id)).map(|row| row.seq).collect();
    outbox::delete(tx, &rows).await
}

fn subject(envelope: &Envelope) -> Option<InstanceId> {
    envelope.payload.get("instance_id")?.as_str().map(InstanceId::from)
}
