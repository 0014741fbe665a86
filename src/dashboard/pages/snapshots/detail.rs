//! One snapshot: of what, and what can be done with it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::delete::DeleteSnapshotButton;
use super::edit::Edit;
use super::table::CreateVolumeLink;
use crate::dashboard::api::snapshots::{DeleteSnapshot, UpdateSnapshot, snapshot};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::volumes::State;
use crate::dashboard::session::use_session;
use crate::dashboard::sizes;
use crate::model::volume::Snapshot;
use crate::model::{Error, Noun, SnapshotId};

/// The page of `/snapshots/:id`.
#[component]
pub fn SnapshotPage() -> impl IntoView {
    let (session, live, params) = (use_session(), use_live(), use_params_map());
    let id = Memo::new(move |_| SnapshotId(params.with(|params| params.get("id").unwrap_or_default())));
    let (update, delete) = (ServerAction::<UpdateSnapshot>::new(), ServerAction::<DeleteSnapshot>::new());
    let news = [Noun::Volume, Noun::Snapshot].map(|noun| live.any(noun));
    let loaded = Resource::new(
        move || (news.iter().map(Signal::get).sum::<u32>(), update.version().get(), id.get()),
        |(.., id)| snapshot(id),
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                match loaded.await {
                    Ok((snapshot, volume)) => view! { <Whole snapshot volume delete no_write /> }.into_any(),
                    Err(error) => view! { <PageHeader title=tr!(snapshots.title) /><ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
        <Transition>
            {move || {
                let why_not = session.known_no_write()?;
                let (snapshot, _) = loaded.get()?.ok()?;
                Some(view! { <Edit snapshot action=update why_not /> })
            }}
        </Transition>
    }
}

#[component]
fn Whole(
    snapshot: Snapshot,
    /// What its volume is called.
    volume: String,
    delete: ServerAction<DeleteSnapshot>,
    no_write: Option<String>,
) -> impl IntoView {
    let (status, fault) = (snapshot.status.into(), snapshot.fault.clone());
    let id = snapshot.id.to_string();
    let (description, size, created) = (snapshot.description.clone(), snapshot.size_gb, snapshot.created_at);
    let href = format!("/volumes/{}", snapshot.volume_id);
    let beside = move || view! { <State status fault=None /> };
    view! {
        <PageHeader title=snapshot.title().to_owned() crumbs=vec![Crumb::new(tr!(snapshots.title), "/snapshots")] beside>
            <CreateVolumeLink snapshot=snapshot.clone() no_write=no_write.clone() />
            <DeleteSnapshotButton snapshot delete no_write />
        </PageHeader>
        <ErrorSummary refused=refused(delete) />
        {fault.map(|fault| view! { <ErrorCard error=Error::from(fault) /> })}
        <Properties>
            {description.map(|text| view! { <Property label=tr!(common.description)>{text}</Property> })}
            <Property label=tr!(snapshots.volume)><a href=href>{volume}</a></Property>
            <Property label=tr!(snapshots.size)>{sizes::gib(size)}</Property>
            <Property label=tr!(common.id) copy=id.clone()><code>{id}</code></Property>
            <Property label=tr!(common.created)><Time at=created /></Property>
        </Properties>
    }
}
