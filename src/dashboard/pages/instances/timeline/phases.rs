//! The launch as a whole: its steps in groups, and its times.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::dashboard::i18n::tr;
use crate::model::Timestamp;
use crate::model::step::{Step, StepEvent, StepResult};

/// Steps that belong together, by their first and last number.
pub struct Phase {
    first: u8,
    last: u8,
    name: fn() -> &'static str,
}

/// All 29 steps in groups.
pub const PHASES: [Phase; 8] = [
    Phase { first: 1, last: 2, name: || tr!(steps.phase_sign_in) },
    Phase { first: 3, last: 8, name: || tr!(steps.phase_request) },
    Phase { first: 9, last: 12, name: || tr!(steps.phase_schedule) },
    Phase { first: 13, last: 19, name: || tr!(steps.phase_configure) },
    Phase { first: 20, last: 22, name: || tr!(steps.phase_image) },
    Phase { first: 23, last: 25, name: || tr!(steps.phase_network) },
    Phase { first: 26, last: 28, name: || tr!(steps.phase_volumes) },
    Phase { first: 29, last: 29, name: || tr!(steps.phase_start) },
];

impl Phase {
    /// The group's name.
    pub fn name(&self) -> &'static str {
        (self.name)()
    }

    /// The group's steps.
    pub fn steps(&self) -> impl Iterator<Item = Step> + use<> {
        (self.first..=self.last).filter_map(Step::new)
    }
}

/// What is known of a launch: the latest row of each step.
#[derive(Clone)]
pub struct Launch {
    steps: BTreeMap<Step, StepEvent>,
}

impl Launch {
    /// Of the rows of a timeline; a later row of a step replaces an earlier one.
    pub fn new(events: Vec<StepEvent>) -> Self {
        Self { steps: events.into_iter().filter_map(|event| Some((event.step?, event))).collect() }
    }

    /// One step, if it has begun.
    pub fn step(&self, step: Step) -> Option<&StepEvent> {
        self.steps.get(&step)
    }

    /// How many steps stand so.
    pub fn count(&self, result: StepResult) -> usize {
        self.steps.values().filter(|event| event.result == result).count()
    }

    /// Whether it went wrong.
    pub fn failed(&self) -> bool {
        self.count(StepResult::Failed) > 0
    }

    /// The request that launched it.
    pub fn request_id(&self) -> Option<String> {
        self.step(Step::REQUEST_TAKEN).or(self.steps.values().next()).map(|event| event.request_id.clone())
    }

    /// When the request was taken; signing in came before, perhaps long before.
    pub fn began(&self) -> Option<Timestamp> {
        self.step(Step::REQUEST_TAKEN).map(|event| event.started_at)
    }

    /// From the request to the running guest, once it runs.
    pub fn total(&self) -> Option<TimeDelta> {
        let end = self.step(Step::DOMAIN_STARTED).filter(|event| event.result == StepResult::Done)?.finished_at?;
        Some(end - self.began()?)
    }

    /// From the request to the last thing that happened.
    pub fn spent(&self) -> Option<TimeDelta> {
        let end = self.steps.values().filter_map(|event| event.finished_at.or(Some(event.started_at))).max()?;
        Some(end - self.began()?)
    }

    /// From the first to the last moment of a group; none before it has begun, nor for signing in.
    pub fn phase(&self, phase: &Phase) -> Option<TimeDelta> {
        let events: Vec<_> = phase.steps().filter_map(|step| self.step(step)).collect();
        let start = events.iter().map(|event| event.started_at).min()?;
        let end = events.iter().filter_map(|event| event.finished_at).max()?;
        (start >= self.began()?).then(|| end - start)
    }

    /// Where a step lies within the launch, as offset and length from 0 to 1; none outside of it.
    pub fn place(&self, event: &StepEvent) -> Option<(f64, f64)> {
        let began = self.began().filter(|began| event.started_at >= *began)?;
        let whole = self.spent()?;
        let share = |part: TimeDelta| part.as_seconds_f64() / whole.as_seconds_f64().max(1e-6);
        let (offset, length) = (share(event.started_at - began), share(event.finished_at? - event.started_at));
        Some((offset.clamp(0.0, 1.0), length.clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_in_exactly_one_phase() {
        let steps: Vec<Step> = PHASES.iter().flat_map(Phase::steps).collect();
        assert_eq!(steps, Step::ALL);
    }
}
