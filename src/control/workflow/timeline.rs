//! Rows of an instance's timeline, as the control side writes them.

use crate::model::state::Verb;
use crate::model::step::{Step, StepEvent, StepResult};
use crate::model::{InstanceId, Reason, Timestamp};

/// What a launch's rows are filed under; a verb's single row is filed under the verb.
pub const CREATE: &str = "create";

/// One request on one instance, whose rows are to be written.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub instance: &'a InstanceId,
    pub id: &'a str,
}

impl Request<'_> {
    /// A launch step that is over.
    pub fn done(&self, step: Step, started_at: Timestamp, finished_at: Timestamp) -> StepEvent {
        StepEvent { finished_at: Some(finished_at), result: StepResult::Done, ..self.running(step, started_at) }
    }

    /// A launch step that goes on.
    pub fn running(&self, step: Step, started_at: Timestamp) -> StepEvent {
        self.row(CREATE, Some(step), started_at)
    }

    /// A launch step in which the launch ended.
    pub fn failed(&self, step: Step, started_at: Timestamp, finished_at: Timestamp, fault: Reason) -> StepEvent {
        StepEvent {
            finished_at: Some(finished_at),
            result: StepResult::Failed,
            fault: Some(fault),
            ..self.running(step, started_at)
        }
    }

    /// A verb that goes on.
    pub fn verb(&self, verb: Verb, started_at: Timestamp) -> StepEvent {
        self.row(verb.as_str(), None, started_at)
    }

    /// Something else that was done to the instance, by the compute API's name for it.
    pub fn action(&self, action: &str, started_at: Timestamp) -> StepEvent {
        self.row(action, None, started_at)
    }

    fn row(&self, action: &str, step: Option<Step>, started_at: Timestamp) -> StepEvent {
        StepEvent {
            instance_id: self.instance.clone(),
            request_id: self.id.to_owned(),
            action: action.to_owned(),
            step,
            host: None,
            result: StepResult::Running,
            started_at,
            finished_at: None,
            detail: None,
            fault: None,
        }
    }
}

/// The row with a fact worth showing.
pub fn with_detail(row: StepEvent, detail: impl Into<String>) -> StepEvent {
    StepEvent { detail: Some(detail.into()), ..row }
}
