//! How an instance came to be: the 29 steps of its launch, and what was done to it later.

mod bar;
mod later;
mod phases;
mod step;

use leptos::prelude::*;

use super::shown::{OfTab, Shown};
use crate::dashboard::api::instances::timeline;
use crate::dashboard::components::time::{duration, use_now};
use crate::dashboard::components::{Badge, CopyButton, ErrorCard, Tone};
use crate::dashboard::i18n::tr;
use crate::model::Result;
use crate::model::instance::Instance;
use crate::model::step::{Step, StepEvent, StepResult};
use later::Later;
use phases::{Launch, PHASES};
use step::StepRow;

/// What happened, as far as known.
pub type Events = Result<Vec<StepEvent>>;

/// Loads what the tab shows.
pub fn load(shown: Shown, news: impl Fn() -> usize + Send + Sync + 'static) -> OfTab<Events> {
    shown.on("timeline", news, timeline)
}

/// The instance's timeline; grows while one looks.
#[component]
pub fn Timeline(instance: Resource<Result<Instance>>, events: OfTab<Events>) -> impl IntoView {
    view! {
        <Transition fallback=|| view! { <p class="quiet">{tr!(common.loading)}</p> }>
            {move || Suspend::new(async move {
                instance.await.ok()?;
                events.await.map(|events| match events {
                    Ok(events) => view! { <Whole events /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                })
            })}
        </Transition>
    }
}

#[component]
fn Whole(events: Vec<StepEvent>) -> impl IntoView {
    let (steps, later): (Vec<_>, Vec<_>) = events.into_iter().partition(|event| event.step.is_some());
    let launch = Launch::new(steps);
    let heads = [
        tr!(steps.number),
        tr!(steps.what),
        tr!(steps.between),
        tr!(steps.result),
        tr!(steps.duration),
        tr!(steps.host),
        tr!(steps.detail),
    ];
    let heads = heads.map(|head| view! { <th scope="col">{head}</th> }).into_iter().collect::<Vec<_>>();
    let phases = PHASES.iter().map(|phase| {
        let rows = phase.steps().map(|step| view! { <StepRow step launch=launch.clone() /> }).collect::<Vec<_>>();
        let spent = launch.phase(phase).map(|spent| view! { <span class="quiet">{duration(spent)}</span> });
        view! {
            <tbody>
                <tr class="phase"><th scope="rowgroup" colspan="7">{phase.name()} " " {spent}</th></tr>
                {rows}
            </tbody>
        }
    });
    let phases = phases.collect::<Vec<_>>();
    view! {
        <Progress launch=launch.clone() />
        <div class="table" role="region" tabindex="0" aria-label=tr!(steps.title)>
            <table class="timeline">
                <caption class="sr">{tr!(steps.title)}</caption>
                <thead><tr>{heads}</tr></thead>
                {phases}
            </table>
        </div>
        {(!later.is_empty()).then(|| view! { <Later events=later /> })}
    }
}

/// How far the launch is, and how long it took.
#[component]
fn Progress(launch: Launch) -> impl IntoView {
    let done = launch.count(StepResult::Done);
    let request = launch.request_id().map(|id| view! {
        <span class="request">{tr!(common.request_id)} " " <code>{id.clone()}</code> <CopyButton text=id what=tr!(common.request_id) /></span>
    });
    let now = use_now();
    let time = move || match (launch.total(), launch.failed()) {
        (Some(total), false) => {
            view! { <Badge tone=Tone::Positive label=tr!(steps.total, time = duration(total)) /> }.into_any()
        }
        (_, true) => {
            let spent = launch.spent().unwrap_or_default();
            view! { <Badge tone=Tone::Negative label=tr!(steps.failed_after, time = duration(spent)) /> }.into_any()
        }
        (None, false) => {
            let so_far = launch.began().map_or_else(Default::default, |began| now.get() - began);
            view! { <Badge tone=Tone::Info busy=true label=tr!(steps.so_far, time = duration(so_far)) /> }.into_any()
        }
    };
    view! {
        <div class="progress" role="status">
            {time}
            <span>{tr!(steps.steps_done, done = done, all = Step::ALL.len())}</span>
            {request}
        </div>
    }
}
