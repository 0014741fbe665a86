//! The moment after which something is true.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::bus::{Outcome, trace};
use crate::control::shared::Shared;
use crate::control::store::Tx;
use crate::control::store::instances::Touched;
use crate::model::live::Change;
use crate::model::step::{StepEvent, StepResult};
use crate::model::{Noun, Result};

/// Commits a transaction that wrote `recorded` to a timeline, and wakes the relay for what it put into the outbox. The trace
/// that the work belongs to shows the same steps.
pub async fn commit(shared: &Shared, tx: Tx, recorded: &[StepEvent]) -> Result<()> {
    shared.commit(tx).await?;
    recorded.iter().for_each(show);
    let crash_at = shared.settings.crash_at_step;
    if crash_at.is_some() && recorded.iter().any(|event| event.step.map(|step| step.number()) == crash_at) {
        // Tests of recovery ask for this: nothing may be tidied up on the way out.
        let _ = kill(Pid::this(), Signal::SIGKILL);
    }
    Ok(())
}

fn show(event: &StepEvent) {
    if let (Some(step), Some(finished)) = (event.step, event.finished_at) {
        trace::past(&step.span(), event.started_at.into(), finished.into(), event.result == StepResult::Failed);
    }
}

/// Tells open pages that an instance changed; after the commit.
pub fn tell(shared: &Shared, touched: &Touched) {
    shared.spread(Change {
        noun: Noun::Instance,
        id: touched.id.to_string(),
        project_id: Some(touched.project_id.clone()),
        version: touched.version,
    });
}

/// A handler's verdict on work that ends in the database: a failure there is worth another try.
pub fn outcome(result: Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done(Ok(serde_json::Value::Null)),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            Outcome::after(&error.reason, format!("{error} {cause}"))
        }
    }
}
