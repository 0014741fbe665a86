//! Which instances have a volume.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::detach::DetachButton;
use crate::dashboard::api::volume_attachments::{DetachVolume, tab};
use crate::dashboard::api::volumes::page;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::words;
use crate::model::InstanceId;
use crate::model::volume::{AttachStatus, Attachment, Volume, VolumeStatus};

/// What instances are called.
pub type Names = BTreeMap<InstanceId, String>;

/// The instances and the device that each knows it as, one a line.
#[component]
pub fn Holders(attachments: Vec<Attachment>, instances: Names) -> impl IntoView {
    if attachments.is_empty() {
        return view! { <span class="quiet">{tr!(volumes.nowhere)}</span> }.into_any();
    }
    let lines = attachments.into_iter().map(|attachment| {
        view! {
            <li>
                {link(&attachment.instance_id, &instances)}
                " "
                <span class="quiet">{tr!(volumes.attached_as, device = attachment.device)}</span>
            </li>
        }
    });
    view! { <ul>{lines.collect_view()}</ul> }.into_any()
}

/// The way to the volumes of an instance, by its name.
fn link(id: &InstanceId, instances: &Names) -> impl IntoView + use<> {
    let name = instances.get(id).cloned().unwrap_or_else(|| id.to_string());
    view! { <a href=tab(id)>{name}</a> }
}

/// How far an attachment is, in the words for volumes.
pub fn attach_status(status: AttachStatus) -> &'static str {
    words::volume_status(match status {
        AttachStatus::Attaching => VolumeStatus::Attaching,
        AttachStatus::Attached => VolumeStatus::InUse,
        AttachStatus::Detaching => VolumeStatus::Detaching,
    })
}

/// The table on a volume's page.
#[component]
pub fn Attachments(
    volume: Volume,
    instances: Names,
    detach: ServerAction<DetachVolume>,
    no_write: Option<String>,
) -> impl IntoView {
    if volume.attachments.is_empty() {
        return view! { <p class="quiet">{tr!(volumes.nowhere)}</p> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(volumes.instance)),
        Column::new(tr!(volumes.device)),
        Column::new(tr!(common.status)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let next = page(&volume.id);
    let rows = volume.attachments.clone().into_iter().map(|attachment| {
        let (volume, no_write, next) = (volume.clone(), no_write.clone(), next.clone());
        view! {
            <tr>
                <th scope="row">{link(&attachment.instance_id, &instances)}</th>
                <td><Device attachment=attachment.clone() /></td>
                <td>{words::capital(attach_status(attachment.status))}</td>
                <td class="actions"><DetachButton volume attachment action=detach no_write next /></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! { <Table caption=tr!(volumes.attachments) columns>{rows}</Table> }.into_any()
}

/// The guest's name for it, and what it is to the instance.
#[component]
pub fn Device(attachment: Attachment) -> impl IntoView {
    let Attachment { device, boot, delete_on_termination, .. } = attachment;
    let notes = [(boot, tr!(volumes.starts_it)), (delete_on_termination, tr!(volumes.goes_with_it))];
    let notes = notes.into_iter().filter(|(is_so, _)| *is_so).map(|(_, note)| note).collect::<Vec<_>>().join(", ");
    view! {
        <code>{device}</code>
        {(!notes.is_empty()).then(|| view! { <span class="quiet">{format!(" · {notes}")}</span> })}
    }
}
