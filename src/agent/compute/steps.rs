//! The agent's rows of a launch's timeline.

use tracing::Span;

use crate::agent::conductor::{Answer, Conductor};
use crate::agent::time::now;
use crate::bus::trace;
use crate::model::step::{Step, StepEvent, StepResult};
use crate::model::{InstanceId, Reason};

/// Collects the steps of one launch and reports them: each before the next one's work begins.
pub struct Timeline<'a> {
    conductor: &'a Conductor,
    instance_id: &'a InstanceId,
    request_id: &'a str,
    open: Option<StepEvent>,
    done: Vec<StepEvent>,
    reported: usize,
    /// The open step's part of the launch's trace.
    span: Span,
}

impl<'a> Timeline<'a> {
    /// The timeline of one launch on the conductor's host.
    pub fn new(conductor: &'a Conductor, instance_id: &'a InstanceId, request_id: &'a str) -> Self {
        Self { conductor, instance_id, request_id, open: None, done: Vec::new(), reported: 0, span: Span::none() }
    }

    /// Begins a step; the one before must have ended.
    pub fn begin(&mut self, step: Step) {
        self.span = trace::span!("internal", step.span(), otel.status_code = tracing::field::Empty);
        self.open = Some(StepEvent {
            instance_id: self.instance_id.clone(),
            request_id: self.request_id.to_owned(),
            action: "create".into(),
            step: Some(step),
            host: Some(self.conductor.host().to_owned()),
            result: StepResult::Running,
            started_at: now(),
            finished_at: None,
            detail: None,
            fault: None,
        });
    }

    /// Ends the open step well, with a fact worth showing.
    pub fn end(&mut self, detail: Option<String>) {
        self.span = Span::none();
        if let Some(row) = self.open.take() {
            self.done.push(StepEvent { result: StepResult::Done, finished_at: Some(now()), detail, ..row });
        }
    }

    /// Tells the conductor of every step that ended since the last report, and of the one that now runs.
    ///
    /// # Errors
    /// As the conductor's.
    pub async fn report(&mut self) -> Answer<()> {
        let news = self.done[self.reported..].iter().chain(&self.open).cloned().collect();
        self.conductor.steps(self.request_id, news).await?;
        self.reported = self.done.len();
        Ok(())
    }

    /// Ends the open step badly and reports it.
    ///
    /// # Errors
    /// As the conductor's.
    pub async fn fail(&mut self, reason: &Reason) -> Answer<()> {
        let Some(row) = self.open.take() else { return Ok(()) };
        self.span.record("otel.status_code", "error");
        self.span = Span::none();
        let failed =
            StepEvent { result: StepResult::Failed, finished_at: Some(now()), fault: Some(reason.clone()), ..row };
        let mut news = self.done[self.reported..].to_vec();
        news.push(failed);
        self.conductor.steps(self.request_id, news).await?;
        self.reported = self.done.len();
        Ok(())
    }

    /// Reports that the launch was given up: the open step, and those of `steps` that had ended, are undone.
    ///
    /// # Errors
    /// As the conductor's.
    pub async fn undone(&mut self, steps: &[Step]) -> Answer<()> {
        let open = self.open.take().map(|row| StepEvent { finished_at: Some(now()), ..row });
        let taken = self.done.iter().filter(|row| row.step.is_some_and(|step| steps.contains(&step)));
        let undo = |row: StepEvent| StepEvent { result: StepResult::Undone, ..row };
        let news: Vec<_> = taken.cloned().chain(open).map(undo).collect();
        if news.is_empty() {
            return Ok(());
        }
        self.conductor.steps(self.request_id, news).await
    }
}
