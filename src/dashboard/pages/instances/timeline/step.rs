//! One step of the launch.

use leptos::prelude::*;

use super::bar::Bar;
use super::phases::Launch;
use crate::dashboard::components::time::duration;
use crate::dashboard::components::{Badge, Tone};
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::dashboard::words::{step_text, system};
use crate::model::step::{Step, StepEvent, StepResult};

/// A step with all that is known of it; a quiet line before it has begun.
#[component]
pub fn StepRow(step: Step, launch: Launch) -> impl IntoView {
    let (from, to) = step.between();
    let event = launch.step(step).cloned();
    let place = event.as_ref().and_then(|event| launch.place(event));
    let spent = event.as_ref().and_then(|event| Some(event.finished_at? - event.started_at));
    let (waiting, standing) = (event.is_none(), event.as_ref().map(|event| event.result));
    let host = event.as_ref().and_then(|event| event.host.clone());
    view! {
        <tr class:waiting=waiting data-step=step.number() data-result=standing.map(StepResult::as_str)>
            <td class="number">{step.number()}</td>
            <th scope="row">{step_text(step)}</th>
            <td class="between">{system(from)} " → " {system(to)}</td>
            <td>{result(standing)}</td>
            <td class="took">
                {place.map(|(offset, length)| view! { <Bar offset length failed=standing == Some(StepResult::Failed) /> })}
                <span class="number">{spent.map(duration)}</span>
            </td>
            <td>{host}</td>
            <td>{event.map(detail)}</td>
        </tr>
    }
}

/// How a step stands, as a badge.
pub fn result(result: Option<StepResult>) -> AnyView {
    let (tone, label) = match result {
        None => return view! { <span class="quiet">{tr!(steps.waiting)}</span> }.into_any(),
        Some(StepResult::Running) => (Tone::Info, tr!(steps.result_running)),
        Some(StepResult::Done) => (Tone::Positive, tr!(steps.result_done)),
        Some(StepResult::Failed) => (Tone::Negative, tr!(steps.result_failed)),
        Some(StepResult::Undone) => (Tone::Neutral, tr!(steps.result_undone)),
    };
    view! { <Badge tone label busy=result == Some(StepResult::Running) /> }.into_any()
}

/// Facts, and why it failed.
pub fn detail(event: StepEvent) -> impl IntoView {
    view! {
        {event.detail.map(|text| view! { <code>{text}</code> })}
        {event.fault.map(|reason| view! { <p class="problem">{explain(&reason).cause}</p> })}
    }
}
