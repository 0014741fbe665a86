//! One row of the list; it changes in place, so that its menu and its dialogs stay open.

use leptos::prelude::*;

use super::attachments::Holders;
use super::create_from;
use super::delete::DeleteVolumeButton;
use super::detach::DetachButton;
use super::list::Actions;
use super::may::{Deed, why_not};
use super::state::VolumeState;
use crate::dashboard::api::sources::value;
use crate::dashboard::api::volumes::{VolumeList, page};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::volume::{FillFrom, Volume};

/// A row. `known` holds what the volume is now; `first` is what it was when the row appeared.
#[component]
pub fn Row(
    first: Volume,
    known: Signal<VolumeList>,
    actions: Actions,
    no_write: Signal<Option<String>>,
) -> impl IntoView {
    let (id, created, href) = (first.id.clone(), first.created_at, page(&first.id));
    let now = Memo::new(move |before: Option<&Volume>| {
        let found = known.with(|known| known.volumes.iter().find(|volume| volume.id == first.id).cloned());
        found.unwrap_or_else(|| before.unwrap_or(&first).clone())
    });
    let instances = Memo::new(move |_| known.with(|known| known.instances.clone()));
    let snapshots = Memo::new(move |_| {
        known.with(|known| known.snapshots.iter().filter(|snapshot| snapshot.volume_id == id).count())
    });
    // How far it is makes no difference to what can be done.
    let still = Memo::new(move |_| Volume { progress: None, updated_at: created, ..now.get() });
    view! {
        <tr>
            <th scope="row"><a href=href>{move || now.with(|volume| volume.title().to_owned())}</a></th>
            <td>{move || {
                let Volume { status, progress, fault, .. } = now.get();
                view! { <VolumeState status progress fault /> }
            }}</td>
            <td class="number">{move || now.with(|volume| sizes::gib(volume.size_gb))}</td>
            <td>{move || now.with(|volume| volume.type_name.clone())}</td>
            <td>{move || still.with(|volume| view! { <Holders attachments=volume.attachments.clone() instances=instances.get() /> })}</td>
            <td>{move || now.with(|volume| if volume.bootable { tr!(common.yes) } else { tr!(common.no) })}</td>
            <td><Time at=created /></td>
            <td class="actions">
                {move || view! { <Buttons volume=still.get() snapshots=snapshots.get() actions no_write=no_write.get() /> }}
            </td>
        </tr>
    }
}

#[component]
fn Buttons(volume: Volume, snapshots: usize, actions: Actions, no_write: Option<String>) -> impl IntoView {
    let here = page(&volume.id);
    let to = |what: &str| format!("{here}?do={what}");
    let link = |href, label, why_not| view! { <ButtonLink href label look=Look::Quiet why_not /> };
    let may = |deed| why_not(deed, &volume, no_write.clone());
    let placing = match volume.attachments.first().cloned() {
        Some(attachment) => {
            let (volume, no_write) = (volume.clone(), no_write.clone());
            view! { <DetachButton volume attachment action=actions.detach no_write next="/volumes" /> }.into_any()
        }
        None => link(to("attach"), tr!(volumes.attach), may(Deed::Attach)).into_any(),
    };
    let from = FillFrom::Volume(volume.id.clone());
    let launch = volume.bootable.then(|| {
        let href = format!("/launch?image={}", query::escape(&value(&from)));
        link(href, tr!(volumes.launch), may(Deed::Attach))
    });
    let links = (
        link(to("extend"), tr!(volumes.extend), may(Deed::Extend)),
        link(to("snapshot"), tr!(snapshots.take), may(Deed::Snapshot)),
        link(to("image"), tr!(volumes.upload), may(Deed::Upload)),
        link(create_from(&from), tr!(snapshots.create_volume), may(Deed::Snapshot)),
        link(to("edit"), tr!(volumes.edit), no_write.clone()),
    );
    let (menu, label) = (format!("menu-{}", volume.id), tr!(common.actions_for, name = volume.title().to_owned()));
    view! {
        {placing}
        <DeleteVolumeButton volume snapshots delete=actions.delete no_write look=Look::Quiet />
        <Menu id=menu label>{launch} {links}</Menu>
    }
}
