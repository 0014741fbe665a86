//! All volumes of the project.

use leptos::prelude::*;

use super::create::NewVolume;
use super::filters::{Filter, Filters};
use super::row::Row;
use super::transfer::Accept;
use crate::dashboard::api::transfers::AcceptVolume;
use crate::dashboard::api::volume_attachments::DetachVolume;
use crate::dashboard::api::volumes::{CreateVolume, DeleteVolume, VolumeList, volume_choices, volumes};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::volume::Volume;
use crate::model::{Error, Noun, Result};

/// What a row can do.
#[derive(Clone, Copy)]
pub struct Actions {
    pub detach: ServerAction<DetachVolume>,
    pub delete: ServerAction<DeleteVolume>,
}

/// The list, with a form for a new volume.
#[component]
pub fn VolumesPage() -> impl IntoView {
    let live = use_live();
    let filter = Filter::new();
    let (session, create) = (use_session(), ServerAction::<CreateVolume>::new());
    let accept = ServerAction::<AcceptVolume>::new();
    let actions = Actions { detach: ServerAction::new(), delete: ServerAction::new() };
    let news = [Noun::Volume, Noun::Snapshot, Noun::Instance].map(|noun| live.any(noun));
    let (volume, snapshot, image) = (live.any(Noun::Volume), live.any(Noun::Snapshot), live.any(Noun::Image));
    let list = Resource::new(
        move || {
            let heard: u32 = news.iter().map(Signal::get).sum();
            let more = create.version().get() + accept.version().get();
            (heard, more + actions.detach.version().get() + actions.delete.version().get())
        },
        |_| volumes(),
    );
    let choices = Resource::new(
        move || (volume.get() + snapshot.get() + image.get(), create.version().get()),
        |_| volume_choices(),
    );
    view! {
        <PageHeader title=tr!(volumes.title) />
        <p class="lead">{tr!(volumes.lead)}</p>
        <ErrorSummary refused=refused(actions.detach) />
        <ErrorSummary refused=refused(actions.delete) />
        <div class="disclosures">
            <Transition><NewVolume choices action=create /></Transition>
            <Transition>{move || view! { <Accept action=accept why_not=session.no_write() /> }}</Transition>
        </div>
        <Filters filter />
        <Transition><List list filter actions /></Transition>
    }
}

/// What stands on the page; changes of rows alone leave the table where it is, so that menus and dialogs stay open.
#[derive(Clone, PartialEq)]
enum Shown {
    Loading,
    Nothing,
    NoMatch,
    Rows,
    Failed(Error),
}

#[component]
fn List(list: Resource<Result<VolumeList>>, filter: Filter, actions: Actions) -> impl IntoView {
    let loaded = Memo::new(move |_| list.get());
    let known = Signal::derive(move || loaded.get().and_then(Result::ok).unwrap_or_default());
    let rows = Memo::new(move |_| {
        let VolumeList { mut volumes, .. } = known.get();
        volumes.retain(|volume| filter.lets_through(volume));
        volumes
    });
    let shown = Memo::new(move |_| match loaded.get() {
        None => Shown::Loading,
        Some(Err(error)) => Shown::Failed(error),
        Some(Ok(_)) if !rows.with(Vec::is_empty) => Shown::Rows,
        Some(Ok(_)) if filter.is_set() => Shown::NoMatch,
        Some(Ok(_)) => Shown::Nothing,
    });
    move || match shown.get() {
        Shown::Loading => ().into_any(),
        Shown::Failed(error) => view! { <ErrorCard error /> }.into_any(),
        Shown::NoMatch => view! { <EmptyState kind=Empty::NoMatch { clear: Filter::cleared() } /> }.into_any(),
        Shown::Nothing => {
            let kind = Empty::Nothing {
                title: tr!(volumes.empty).to_owned(),
                text: tr!(volumes.empty_text).to_owned(),
                action: None,
            };
            view! { <EmptyState kind picture=Picture::Volume /> }.into_any()
        }
        Shown::Rows => view! { <Rows rows known actions /> }.into_any(),
    }
}

#[component]
fn Rows(rows: Memo<Vec<Volume>>, known: Signal<VolumeList>, actions: Actions) -> impl IntoView {
    let session = use_session();
    let no_write = Signal::derive(move || session.no_write());
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(common.status)),
        Column::new(tr!(volumes.size)).number(),
        Column::new(tr!(volumes.kind)),
        Column::new(tr!(volumes.attached_to)),
        Column::new(tr!(volumes.bootable)),
        Column::new(tr!(common.created)),
        Column::new(tr!(common.actions)).actions(),
    ];
    view! {
        <Table caption=tr!(volumes.title) columns>
            <For
                each=move || rows.get()
                key=|volume| volume.id.clone()
                children=move |first| view! { <Row first known actions no_write /> }
            />
        </Table>
    }
}
