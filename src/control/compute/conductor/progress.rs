//! What a host reports while it works.

use crate::control::shared::Shared;
use crate::control::store::{events, image_sources, instances};
use crate::control::workflow;
use crate::model::state::{PowerState, TaskState, VmState};
use crate::model::step::StepEvent;
use crate::model::{Error, InstanceId, Noun, Result};

use super::ended::Report;
use super::spec::placed_on;

/// Timeline rows of instances on the host.
///
/// # Errors
/// `NotFound` if one of them is not there (any more), or the request is none of its own; nothing is written then.
pub async fn steps(shared: &Shared, host: &str, rows: Vec<StepEvent>) -> Result<()> {
    let mut tx = shared.db.write().await?;
    let mut touched = Vec::new();
    let mut noted = None;
    for row in &rows {
        let subject = (&row.instance_id, &row.request_id);
        if noted == Some(subject) {
            continue;
        }
        let Some(change) = instances::note(&mut tx, &row.instance_id, &row.request_id, Some(host)).await? else {
            return Err(Error::not_found(Noun::Instance, row.instance_id.as_str()));
        };
        touched.push(change);
        noted = Some(subject);
    }
    let rows: Vec<StepEvent> =
        rows.iter().cloned().map(|row| StepEvent { host: Some(host.to_owned()), ..row }).collect();
    events::write(&mut tx, &rows).await?;
    shared.commit(tx).await?;
    for change in &touched {
        workflow::tell(shared, change);
    }
    Ok(())
}

/// The running task has moved on. While the instance is being deleted, news of its launch is out of date.
///
/// # Errors
/// `NotFound` unless the instance is on that host, with that request at work or being deleted.
pub async fn task(shared: &Shared, report: Report<'_>, task: TaskState, percent: Option<i64>) -> Result<()> {
    let Report { host, instance: id, request: request_id } = report;
    let mut tx = shared.db.write().await?;
    match instances::set_task(&mut tx, id, host, request_id, task, shared.now()).await? {
        Some(touched) => {
            image_sources::set_percent(&mut tx, id, percent).await?;
            shared.commit(tx).await?;
            workflow::tell(shared, &touched);
            Ok(())
        }
        None => {
            drop(tx);
            placed_on(shared, host, id).await.map(drop)
        }
    }
}

/// A domain changed by itself. Ignored while a task runs: its end will say how things are.
///
/// # Errors
/// `NotFound` unless the instance is on that host.
pub async fn power(shared: &Shared, host: &str, id: &InstanceId, power_state: PowerState) -> Result<()> {
    let instance = placed_on(shared, host, id).await?.instance;
    if instance.task_state.is_some() || instance.power_state == power_state {
        return Ok(());
    }
    let vm_state = state_after(instance.vm_state, power_state);
    let mut tx = shared.db.write().await?;
    let now = shared.now();
    if let Some(touched) = instances::set_power(&mut tx, id, instance.version, power_state, vm_state, now).await? {
        shared.commit(tx).await?;
        workflow::tell(shared, &touched);
    }
    Ok(())
}

/// The state that goes with what the hypervisor says. A suspended guest's domain is off; a fault is not healed by
/// power alone.
pub(super) fn state_after(vm_state: VmState, power_state: PowerState) -> VmState {
    let is_off = matches!(power_state, PowerState::Shutdown | PowerState::Crashed | PowerState::NoState);
    match (vm_state, power_state) {
        (VmState::Building | VmState::Error | VmState::Deleted, _) => vm_state,
        (VmState::Suspended, _) if is_off => VmState::Suspended,
        (_, PowerState::Running) => VmState::Active,
        (_, PowerState::Paused) => VmState::Paused,
        (_, PowerState::Suspended) => VmState::Suspended,
        (_, PowerState::Shutdown | PowerState::Crashed | PowerState::NoState) => VmState::Stopped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_moves_the_state_but_never_out_of_building_error_or_deleted() {
        assert_eq!(state_after(VmState::Active, PowerState::Shutdown), VmState::Stopped);
        assert_eq!(state_after(VmState::Stopped, PowerState::Running), VmState::Active);
        assert_eq!(state_after(VmState::Suspended, PowerState::Shutdown), VmState::Suspended);
        assert_eq!(state_after(VmState::Suspended, PowerState::Running), VmState::Active);
        for state in [VmState::Building, VmState::Error, VmState::Deleted] {
            for power in PowerState::ALL {
                assert_eq!(state_after(state, *power), state, "{state} {power}");
            }
        }
    }
}
