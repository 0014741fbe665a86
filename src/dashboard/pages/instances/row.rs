//! One row of the list; it changes in place, so that its menu stays open and the focus where it is.

use leptos::prelude::*;

use super::network::NetworkLinks;
use super::verbs::{DIRECT, DeleteForm, VerbForm, VerbsAsCommands, why_not};
use super::volumes::VolumesLink;
use crate::dashboard::api::instances::Act;
use crate::dashboard::components::{AsCommandOpener, Dialog, Look, Menu, Opener, Picture, StatusBadge, Time};
use crate::dashboard::i18n::tr;
use crate::model::instance::{Instance, InstanceAddress};
use crate::model::state::Verb;

/// A row. `rows` holds what the instance is now; `first` is what it was when the row appeared.
#[component]
pub fn Row(
    first: Instance,
    rows: Signal<Vec<Instance>>,
    act: ServerAction<Act>,
    no_write: Signal<Option<String>>,
) -> impl IntoView {
    let id = first.id.clone();
    let created = first.created_at;
    let now = Memo::new(move |before: Option<&Instance>| {
        let found = rows.with(|rows| rows.iter().find(|row| row.id == first.id).cloned());
        found.unwrap_or_else(|| before.unwrap_or(&first).clone())
    });
    let href = format!("/instances/{id}");
    let tick = id.to_string();
    let name = move || now.with(|row| row.name.clone());
    view! {
        <tr>
            <td class="tick">
                <input type="checkbox" form="bulk" name="ids[]" value=tick aria-label=move || tr!(instances.select_named, name = name()) />
            </td>
            <th scope="row"><a href=href>{name}</a></th>
            <td>{move || now.with(|row| view! { <StatusBadge status=row.status() task=row.task_state progress=row.progress /> })}</td>
            <td>{move || now.with(|row| super::facts::started_from(row.image.as_ref()))}</td>
            <td>{move || now.with(|row| view! { <Addresses addresses=row.addresses.clone() /> })}</td>
            <td>{move || now.with(|row| row.flavor.name.clone())}</td>
            <td>{move || now.with(|row| row.key_name.clone())}</td>
            <td><Time at=created /></td>
            <td class="actions">
                <RowMenu instance=now act no_write />
            </td>
        </tr>
    }
}

#[component]
fn RowMenu(instance: Memo<Instance>, act: ServerAction<Act>, no_write: Signal<Option<String>>) -> impl IntoView {
    let (id, name) = instance.with_untracked(|instance| (instance.id.clone(), instance.name.clone()));
    let (menu, dialog, commands) = (format!("menu-{id}"), format!("delete-{id}"), format!("commands-{id}"));
    let (opens, opens_commands) = (dialog.clone(), commands.clone());
    view! {
        <Menu id=menu label=tr!(common.actions_for, name = name.clone())>
            <a class="btn quiet" href=format!("/instances/{id}?tab=console")>{tr!(instances.console)}</a>
            <NetworkLinks instance_id=id.clone() />
            <VolumesLink instance_id=id.clone() />
            {move || view! { <VerbForm instance=instance.get() act verbs=&DIRECT no_write=no_write.get() /> }}
            {move || view! { <VerbForm instance=instance.get() act verbs=&[Verb::CreateImage] no_write=no_write.get() /> }}
            {move || view! {
                <Opener
                    dialog=opens.clone()
                    label=tr!(common.delete)
                    look=Look::Quiet
                    icon=Some(Picture::Delete)
                    why_not=instance.with(|instance| why_not(Verb::Delete, instance, no_write.get()))
                />
            }}
            <AsCommandOpener dialog=opens_commands />
        </Menu>
        <Dialog id=dialog title=tr!(common.delete_named, name = name) done=Some(act.version().into())>
            <DeleteForm instance=instance.get_untracked() act />
        </Dialog>
        <VerbsAsCommands id=commands instance=instance.get_untracked() />
    }
}

/// The addresses of an instance, one a line.
#[component]
pub fn Addresses(addresses: Vec<InstanceAddress>) -> impl IntoView {
    let lines =
        addresses.into_iter().map(|address| view! { <li class="mono" title=address.network_name>{address.ip}</li> });
    view! { <ul>{lines.collect::<Vec<_>>()}</ul> }
}
