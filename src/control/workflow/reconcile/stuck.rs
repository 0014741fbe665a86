//! Tasks that nobody works on any more.

use std::fmt;

use chrono::TimeDelta;

use crate::control::shared::Shared;
use crate::control::store::hosts;
use crate::control::store::instances::{self, Failure, Unfinished};
use crate::control::workflow::{end_launch, end_verb, outbox, tell};
use crate::model::instance::Fault;
use crate::model::state::{TaskState, VmState};
use crate::model::step::Step;
use crate::model::{Reason, Result, Timestamp};

/// Ends every task without a waiting message. Only true before anything runs: later, a host may be at work.
pub async fn end_abandoned(shared: &Shared) -> Result<()> {
    let waiting = outbox::instances_waiting(shared.db.read()).await?;
    for task in instances::unfinished(shared.db.read()).await? {
        if !waiting.contains(&task.id) {
            end(shared, &task, Why::Restart).await?;
        }
    }
    Ok(())
}

/// Ends every task that has made no progress for too long, counted from `since` at the earliest, whoever was to work
/// on it.
pub async fn end_overdue(shared: &Shared, since: Timestamp) -> Result<()> {
    let deadline = TimeDelta::from_std(shared.settings.launch_deadline).unwrap_or(TimeDelta::MAX);
    let now = shared.now();
    for task in instances::unfinished(shared.db.read()).await? {
        let idle = now - task.progress_at().max(since);
        if idle > deadline {
            end(shared, &task, Why::Idle { seconds: idle.num_seconds().unsigned_abs() }).await?;
        }
    }
    Ok(())
}

/// Why nobody works on a task any more.
#[derive(Clone, Copy)]
enum Why {
    Restart,
    Idle { seconds: u64 },
}

impl Why {
    fn of_launch(self, step: String) -> Reason {
        match self {
            Self::Restart => Reason::Interrupted { step },
            Self::Idle { seconds } => Reason::Stalled { step, seconds },
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restart => formatter.write_str("it was cut short by a restart"),
            Self::Idle { seconds } => write!(formatter, "no progress for {seconds} s"),
        }
    }
}

async fn end(shared: &Shared, task: &Unfinished, why: Why) -> Result<()> {
    let Some(request_id) = &task.task_request_id else { return Ok(()) };
    tracing::warn!(instance = %task.id, task = %task.task_state, request_id, %why, "ending a stuck task");
    let touched = if is_launch(task) && !may_still_run(shared, task, why).await? {
        end_launch(shared, &task.id, request_id, why.of_launch(last_step(task))).await?
    } else {
        let reason = if is_launch(task) {
            why.of_launch(last_step(task))
        } else {
            let host = task.host.as_deref().unwrap_or_default();
            Reason::Unavailable { part: format!("Host {host} ({})", task.task_state), why: why.to_string() }
        };
        let fault = Fault { reason, created_at: shared.now(), request_id: request_id.clone() };
        // Who knows what there is of an instance whose launch or delete went so far?
        let is_half = task.vm_state == VmState::Building || task.task_state == TaskState::Deleting;
        let vm_state = if is_half { VmState::Error } else { task.vm_state };
        let failure = Failure { vm_state, power_state: None, leave_host: false, fault: &fault, decision: None };
        end_verb(shared, &task.id, request_id, failure).await?
    };
    if let Some(touched) = touched {
        tell(shared, &touched);
    }
    Ok(())
}

/// Whether a guest may run on a host that nobody hears of: what it holds, such as its addresses, stays its own then, until
/// it is deleted.
async fn may_still_run(shared: &Shared, task: &Unfinished, why: Why) -> Result<bool> {
    let (Some(host), Why::Idle { .. }) = (&task.host, why) else { return Ok(false) };
    Ok(hosts::reported(shared.db.read(), host, shared.alive_since()).await?.is_none())
}

/// An instance that is still being built has no other task than its launch, unless it is being deleted.
fn is_launch(task: &Unfinished) -> bool {
    task.vm_state == VmState::Building && task.task_state != TaskState::Deleting
}

/// Such as `12, host chosen`.
fn last_step(task: &Unfinished) -> String {
    let step = task.last_step.and_then(|number| Step::new(u8::try_from(number).ok()?));
    let step = step.unwrap_or(Step::REQUEST_TAKEN);
    format!("{}, {}", step.number(), step.key().to_lowercase().replace('_', " "))
}
