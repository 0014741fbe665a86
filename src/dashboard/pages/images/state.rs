//! Where an image is in its life, how far its import is, and why it came to nothing.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::dashboard::{sizes, words};
use crate::model::Reason;
use crate::model::image::{ImageStatus, Progress};

/// A badge, how far the image is while it is imported, and the reason under one whose data was refused.
#[component]
pub fn ImageState(status: ImageStatus, fault: Option<Reason>, progress: Option<Progress>) -> impl IntoView {
    let tone = match status {
        ImageStatus::Active => Tone::Positive,
        ImageStatus::Queued | ImageStatus::Deactivated => Tone::Neutral,
        ImageStatus::Saving | ImageStatus::Importing => Tone::Info,
        ImageStatus::Killed => Tone::Negative,
    };
    let busy = matches!(status, ImageStatus::Saving | ImageStatus::Importing);
    view! {
        <Badge tone label=words::capital(words::image_status(status)) busy />
        {progress.map(|progress| view! { <Bar progress /> })}
        {fault.map(|fault| {
            let explained = explain(&fault);
            view! {
                <p class="quiet">{explained.line()}</p>
                {explained.evidence.map(|evidence| view! { <p class="quiet"><code>{evidence}</code></p> })}
            }
        })}
    }
}

#[component]
fn Bar(progress: Progress) -> impl IntoView {
    let Progress { received, of } = progress;
    let bytes = |count: u64| sizes::bytes(i64::try_from(count).unwrap_or(i64::MAX));
    let words = match of {
        Some(of) => tr!(images.fetched_of, fetched = bytes(received), of = bytes(of)),
        None => tr!(images.fetched, fetched = bytes(received)),
    };
    let share = of.map(|of| (received as f64 / of as f64).to_string());
    view! {
        <p class="upload-progress">
            <progress max="1" value=share aria-label=tr!(common.image_status_importing)></progress>
            <span class="quiet">{words}</span>
        </p>
    }
}
