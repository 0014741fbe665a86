//! What a volume or snapshot is, how far long work on it is, and why something came to nothing.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::dashboard::words;
use crate::model::Reason;
use crate::model::volume::VolumeStatus;

/// A badge, and how far what is being done to the volume is.
#[component]
pub fn VolumeState(status: VolumeStatus, progress: Option<i64>, fault: Option<Reason>) -> impl IntoView {
    let bar = progress.map(|percent| {
        view! {
            <p class="upload-progress">
                <progress max="100" value=percent aria-label=words::volume_status(status)></progress>
                <span class="quiet">{tr!(volumes.done_so_far, percent = percent)}</span>
            </p>
        }
    });
    view! { <State status fault />{bar} }
}

/// The badge, and the reason under it where something failed; snapshots have no more.
#[component]
pub fn State(status: VolumeStatus, fault: Option<Reason>) -> impl IntoView {
    use VolumeStatus::*;
    let (tone, busy) = match status {
        Available | InUse => (Tone::Positive, false),
        Reserved | AwaitingTransfer => (Tone::Neutral, false),
        Error | ErrorDeleting | ErrorExtending => (Tone::Negative, false),
        Creating | Downloading | Attaching | Detaching | Extending | Uploading | Deleting => (Tone::Info, true),
    };
    view! {
        <Badge tone label=words::capital(words::volume_status(status)) busy />
        {fault.map(|fault| view! { <p class="quiet">{explain(&fault).line()}</p> })}
    }
}
