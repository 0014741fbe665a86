//! The table of snapshots, on their own page and on a volume's.

use leptos::prelude::*;

use super::delete::DeleteSnapshotButton;
use crate::dashboard::api::snapshots::DeleteSnapshot;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::volumes::{State, create_from};
use crate::dashboard::sizes;
use crate::model::volume::{FillFrom, Snapshot, SnapshotStatus, Volume};

/// The rows, newest first; `volumes` are known by their names.
#[component]
pub fn Snapshots(
    snapshots: Vec<Snapshot>,
    volumes: Vec<Volume>,
    delete: ServerAction<DeleteSnapshot>,
    no_write: Option<String>,
    /// The page to go on to after deleting; the list, unless it is said.
    #[prop(optional, into)]
    next: String,
) -> impl IntoView {
    if snapshots.is_empty() {
        return view! { <p class="quiet">{tr!(snapshots.none_here)}</p> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(common.status)),
        Column::new(tr!(snapshots.volume)),
        Column::new(tr!(snapshots.size)).number(),
        Column::new(tr!(common.created)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = snapshots.into_iter().map(|snapshot| {
        let volume = volumes.iter().find(|volume| volume.id == snapshot.volume_id);
        let volume = volume.map_or_else(|| snapshot.volume_id.to_string(), |volume| volume.title().to_owned());
        view! { <Row snapshot volume delete no_write=no_write.clone() next=next.clone() /> }
    });
    let rows = rows.collect_view();
    view! { <Table caption=tr!(snapshots.title) columns>{rows}</Table> }.into_any()
}

#[component]
fn Row(
    snapshot: Snapshot,
    /// What its volume is called.
    volume: String,
    delete: ServerAction<DeleteSnapshot>,
    no_write: Option<String>,
    next: String,
) -> impl IntoView {
    view! {
        <tr>
            <th scope="row"><a href=format!("/snapshots/{}", snapshot.id)>{snapshot.title().to_owned()}</a></th>
            <td><State status=snapshot.status.into() fault=snapshot.fault.clone() /></td>
            <td><a href=format!("/volumes/{}", snapshot.volume_id)>{volume}</a></td>
            <td class="number">{sizes::gib(snapshot.size_gb)}</td>
            <td><Time at=snapshot.created_at /></td>
            <td class="actions">
                <CreateVolumeLink snapshot=snapshot.clone() look=Look::Quiet no_write=no_write.clone() />
                <DeleteSnapshotButton snapshot delete no_write look=Look::Quiet next />
            </td>
        </tr>
    }
}

/// The way to the form that makes a volume of it.
#[component]
pub fn CreateVolumeLink(
    snapshot: Snapshot,
    no_write: Option<String>,
    #[prop(default = Look::Plain)] look: Look,
) -> impl IntoView {
    let is_there = snapshot.status == SnapshotStatus::Available;
    let why_not = no_write.or_else(|| (!is_there).then(|| tr!(snapshots.not_ready).to_owned()));
    let href = create_from(&FillFrom::Snapshot(snapshot.id));
    view! { <ButtonLink href label=tr!(snapshots.create_volume) look why_not /> }
}
