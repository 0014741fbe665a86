//! Where an image is in its life, and why its upload was refused.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::reason::explain;
use crate::dashboard::words;
use crate::model::Reason;
use crate::model::image::ImageStatus;

/// A badge, and the reason under a refused image.
#[component]
pub fn ImageState(status: ImageStatus, fault: Option<Reason>) -> impl IntoView {
    let tone = match status {
        ImageStatus::Active => Tone::Positive,
        ImageStatus::Queued | ImageStatus::Deactivated => Tone::Neutral,
        ImageStatus::Saving => Tone::Info,
        ImageStatus::Killed => Tone::Negative,
    };
    view! {
        <Badge tone label=words::image_status(status) busy=status == ImageStatus::Saving />
        {fault.map(|fault| view! { <p class="quiet">{explain(&fault).line()}</p> })}
    }
}
