//! Ending what cannot go on, in one transaction with giving back what it held.

use super::{outbox, release};
use crate::control::image::end_making;
use crate::control::meter;
use crate::control::shared::Shared;
use crate::control::store::events;
use crate::control::store::image_sources::Source;
use crate::control::store::instances::{self, Failure, Touched};
use crate::model::instance::Fault;
use crate::model::state::{PowerState, VmState};
use crate::model::step::StepResult;
use crate::model::{InstanceId, Reason, Result};

/// A launch ends in ERROR: nothing of it is left, neither on a host nor in the records. None if it has ended already.
pub async fn end_launch(shared: &Shared, id: &InstanceId, request_id: &str, reason: Reason) -> Result<Option<Touched>> {
    let now = shared.now();
    let fault = Fault { reason, created_at: now, request_id: request_id.to_owned() };
    let failure = Failure {
        vm_state: VmState::Error,
        power_state: Some(PowerState::NoState),
        leave_host: true,
        fault: &fault,
        decision: None,
    };
    let mut tx = shared.db.write().await?;
    let Some(touched) = instances::fail(&mut tx, id, request_id, failure, now).await? else { return Ok(None) };
    events::end_request(&mut tx, id, request_id, StepResult::Failed, Some(&fault.reason), now).await?;
    let held = release::everything(&mut tx, id, now).await?;
    outbox::forget(&mut tx, id).await?;
    let began = instances::created_at(&mut *tx, id).await?;
    shared.commit(tx).await?;
    held.tell(shared);
    meter::launch_ended(meter::Launch::Error, began, now);
    Ok(Some(touched))
}

/// A verb ends with a fault; the instance is in the state that `failure` says. None if it has ended already.
pub async fn end_verb(
    shared: &Shared,
    id: &InstanceId,
    request_id: &str,
    failure: Failure<'_>,
) -> Result<Option<Touched>> {
    let now = shared.now();
    let reason = failure.fault.reason.clone();
    let mut tx = shared.db.write().await?;
    let Some(touched) = instances::fail(&mut tx, id, request_id, failure, now).await? else { return Ok(None) };
    events::end_request(&mut tx, id, request_id, StepResult::Failed, Some(&reason), now).await?;
    let made = end_making(&mut tx, Source::Instance(id)).await?;
    outbox::forget(&mut tx, id).await?;
    shared.commit(tx).await?;
    made.tell(shared);
    Ok(Some(touched))
}
