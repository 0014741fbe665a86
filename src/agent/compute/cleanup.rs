//! Giving back what an instance took of this host.

use super::Host;
use crate::agent::conductor::Unanswered;
use crate::agent::files;
use crate::bus::Outcome;
use crate::model::state::VmState;
use crate::model::{InstanceId, Kind, Result};

/// Removes the domain, its taps and its files, in this order: nothing is taken from under a running guest.
/// What is already gone is fine.
///
/// # Errors
/// The first part that could not be removed; the others are removed nevertheless.
pub async fn remove_all(host: &Host, id: &InstanceId) -> Result<()> {
    host.hypervisor.remove(id).await?;
    let unplugged = host.wiring.unplug(id).await;
    let removed = files::remove(&host.layout.instance(id)).await;
    unplugged.and(removed)
}

/// Removes what is here of an instance that the records do not have, or no longer on this host.
pub async fn if_unknown(host: &Host, id: &InstanceId) -> Outcome {
    let unknown = match host.conductor.instance(id, "", false).await {
        Ok(spec) => spec.vm_state == VmState::Deleted,
        Err(Unanswered::Refused(reason)) => reason.kind() == Kind::NotFound,
        Err(Unanswered::Silent(_)) => false,
    };
    if unknown {
        tracing::info!(instance = %id, "removing what is left of an instance that the records do not have");
        if let Err(error) = remove_all(host, id).await {
            tracing::warn!(instance = %id, %error, "something of it is still there");
        }
    }
    Outcome::Done(Ok(serde_json::Value::Null))
}
