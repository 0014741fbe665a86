//! The form for a new image. With script it shows how far the file is; without, the browser sends it by itself.

use leptos::ev::SubmitEvent;
use leptos::html::Form;
use leptos::prelude::*;

use crate::dashboard::api::images::UPLOAD;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::Error;
use crate::model::image::{DiskFormat, Visibility};

#[cfg(feature = "hydrate")]
mod send;
mod source;

use source::Source;

/// How an upload stands.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "only browsers send"))]
pub(super) enum Progress {
    #[default]
    Idle,
    /// Bytes sent, of how many.
    Sending {
        sent: f64,
        of: f64,
    },
    /// All sent; the server looks at the file.
    Checking,
    Refused(Error),
}

impl Progress {
    fn busy(&self) -> bool {
        matches!(self, Self::Sending { .. } | Self::Checking)
    }
}

/// The form behind its button.
#[component]
pub fn Upload(
    why_not: Option<String>,
    /// Only administrators make an image everybody's.
    is_admin: bool,
    /// Whether data may come from an address, too.
    can_import: bool,
    /// The refusal of an upload without script.
    refused_before: Option<Error>,
    /// Grows with each finished upload.
    uploaded: RwSignal<usize>,
) -> impl IntoView {
    let progress = RwSignal::new(refused_before.map(Progress::Refused).unwrap_or_default());
    let refused = Signal::derive(move || match progress.get() {
        Progress::Refused(error) => Some(error),
        _ => None,
    });
    view! {
        <Disclosure label=tr!(images.upload) icon=Picture::Upload refused done=uploaded why_not>
            <UploadForm is_admin can_import progress refused uploaded />
        </Disclosure>
    }
}

#[component]
fn UploadForm(
    is_admin: bool,
    can_import: bool,
    progress: RwSignal<Progress>,
    refused: Refused,
    uploaded: RwSignal<usize>,
) -> impl IntoView {
    let form = NodeRef::<Form>::new();
    let busy = Signal::derive(move || progress.with(Progress::busy));
    let submit = move |event: SubmitEvent| send(&event, form, progress, uploaded);
    let formats = DiskFormat::ALL.iter().map(|format| (format.to_string(), format.to_string())).collect::<Vec<_>>();
    let visible = [Visibility::Private, Visibility::Public];
    let visible = visible.into_iter().filter(|visibility| is_admin || *visibility == Visibility::Private);
    let visible =
        visible.map(|choice| (choice.to_string(), super::facts::visibility(choice).to_owned())).collect::<Vec<_>>();
    view! {
        <form action=UPLOAD method="post" enctype="multipart/form-data" node_ref=form on:submit=submit>
            <ErrorSummary refused />
            <div class="fields">
                <TextField name="name" label=tr!(common.name) required=true placeholder="debian-12" refused />
                <TextField name="description" label=tr!(common.description) optional=true refused />
                <SelectField name="disk_format" label=tr!(images.format) options=formats help=tr!(images.format_help).to_owned() refused />
                <SelectField name="visibility" label=tr!(images.visibility) options=visible refused />
                <TextField name="min_ram" label=tr!(images.min_ram) kind="number" min=0 value="0" refused />
                <TextField name="min_disk" label=tr!(images.min_disk) kind="number" min=0 value="0" refused />
            </div>
            <TickField name="protected" label=tr!(images.protected) help=tr!(images.protected_help).to_owned() />
            <Source can_import refused />
            <Submit label=tr!(images.upload) look=Look::Primary icon=Picture::Upload busy />
            <Bar progress />
            <AsCommand />
        </form>
    }
}

#[component]
fn Bar(progress: RwSignal<Progress>) -> impl IntoView {
    let words = move || match progress.get() {
        Progress::Sending { sent, of } => {
            Some(tr!(images.sending, sent = sizes::bytes(sent as i64), of = sizes::bytes(of as i64)))
        }
        Progress::Checking => Some(tr!(images.checking).to_owned()),
        Progress::Idle | Progress::Refused(_) => None,
    };
    let share = move || match progress.get() {
        Progress::Sending { sent, of } if of > 0.0 => Some((sent / of).to_string()),
        _ => None,
    };
    move || {
        words().map(|words| {
            view! {
                <p class="upload-progress" role="status">
                    <progress max="1" value=share aria-label=tr!(images.upload)></progress>
                    <span>{words}</span>
                </p>
            }
        })
    }
}

#[cfg(feature = "hydrate")]
fn send(event: &SubmitEvent, form: NodeRef<Form>, progress: RwSignal<Progress>, uploaded: RwSignal<usize>) {
    event.prevent_default();
    if let (Some(form), false) = (form.get_untracked(), progress.with_untracked(Progress::busy)) {
        send::send(&form, progress, uploaded);
    }
}

/// Forms are sent in browsers only.
#[cfg(not(feature = "hydrate"))]
fn send(_: &SubmitEvent, _: NodeRef<Form>, _: RwSignal<Progress>, _: RwSignal<usize>) {}
