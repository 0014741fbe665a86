//! How a launch or verb ended.

use super::progress::state_after;
use super::spec::placed_on;
use crate::control::image::end_making;
use crate::control::meter;
use crate::control::shared::Shared;
use crate::control::store::image_sources::Source;
use crate::control::store::instances::Failure;
use crate::control::store::{events, instances};
use crate::control::volume::holding;
use crate::control::workflow;
use crate::control::workflow::release::{self, Released};
use crate::model::instance::Fault;
use crate::model::state::{PowerState, TaskState, Verb, VmState};
use crate::model::step::StepResult;
use crate::model::{Error, InstanceId, Reason, Result};

/// Who reports the end of which request on which instance.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    pub host: &'a str,
    pub instance: &'a InstanceId,
    pub request: &'a str,
}

/// It ended well. After a delete, everything that the instance held is given back.
///
/// # Errors
/// `NotFound` unless the instance is on that host. A report for a request that no longer runs changes nothing.
pub async fn well(shared: &Shared, report: Report<'_>, vm_state: VmState, power_state: PowerState) -> Result<()> {
    let Report { host, instance: id, request } = report;
    let record = placed_on(shared, host, id).await?;
    if record.task_request_id.as_deref() != Some(request) {
        return Ok(());
    }
    let is_deleting = record.instance.task_state == Some(TaskState::Deleting);
    if is_deleting != (vm_state == VmState::Deleted) || vm_state == VmState::Building {
        return Err(unbelievable(vm_state));
    }
    // A guest may have switched itself off while an image was made of it.
    let is_image = record.instance.task_state.is_some_and(|task| Verb::CreateImage.runs_as(task));
    let vm_state = if is_image { state_after(vm_state, power_state) } else { vm_state };
    let now = shared.now();
    let mut tx = shared.db.write().await?;
    events::end_request(&mut tx, id, request, StepResult::Done, None, now).await?;
    let (touched, held) = match vm_state {
        VmState::Deleted => release::deleted(&mut tx, id, now).await?,
        vm_state => {
            let held = match record.instance.vm_state {
                VmState::Building => holding::launched(&mut tx, id, now).await?.into(),
                _ if is_image => end_making(&mut tx, Source::Instance(id)).await?.into(),
                _ => Released::default(),
            };
            (instances::settle(&mut tx, id, request, vm_state, power_state, now).await?, held)
        }
    };
    let Some(touched) = touched else { return Ok(()) };
    shared.commit(tx).await?;
    held.tell(shared);
    if record.instance.vm_state == VmState::Building && vm_state == VmState::Active {
        meter::launch_ended(meter::Launch::Active, record.instance.created_at, now);
    }
    workflow::tell(shared, &touched);
    Ok(())
}

/// It failed. After a launch, what it took is given back in the same transaction that says so.
///
/// # Errors
/// As [`well`].
pub async fn badly(
    shared: &Shared,
    report: Report<'_>,
    vm_state: VmState,
    power_state: PowerState,
    reason: Reason,
) -> Result<()> {
    let Report { host, instance: id, request } = report;
    let record = placed_on(shared, host, id).await?;
    if record.task_request_id.as_deref() != Some(request) {
        return Ok(());
    }
    let touched = if record.instance.vm_state == VmState::Building && record.instance.request_id == request {
        workflow::end_launch(shared, id, request, reason).await?
    } else if matches!(vm_state, VmState::Building | VmState::Deleted) {
        return Err(unbelievable(vm_state));
    } else {
        let now = shared.now();
        let fault = Fault { reason, created_at: now, request_id: request.to_owned() };
        let failure =
            Failure { vm_state, power_state: Some(power_state), leave_host: false, fault: &fault, decision: None };
        workflow::end_verb(shared, id, request, failure).await?
    };
    if let Some(touched) = touched {
        workflow::tell(shared, &touched);
    }
    Ok(())
}

/// A host decides how its guests are, and not that they are gone for good: that would give their addresses to others.
fn unbelievable(vm_state: VmState) -> Error {
    let why = format!("what was asked for does not end in {vm_state}");
    Reason::InvalidInput { field: "vm_state".into(), value: vm_state.to_string(), why }.into()
}
