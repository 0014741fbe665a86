//! An instance's volumes.

use leptos::prelude::*;

use crate::dashboard::api::volume_attachments::DetachVolume;
use crate::dashboard::api::volumes::page;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::volumes::{DetachButton, Device, VolumeState};
use crate::dashboard::sizes;
use crate::model::volume::{Attachment, Volume};

/// The table; the one that the instance starts from comes first.
#[component]
pub fn Volumes(
    had: Vec<(Attachment, Volume)>,
    detach: ServerAction<DetachVolume>,
    no_detach: Option<String>,
) -> impl IntoView {
    if had.is_empty() {
        return view! { <p class="quiet">{tr!(volumes.none_here)}</p> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(volumes.device)),
        Column::new(tr!(common.status)),
        Column::new(tr!(volumes.size)).number(),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = had.into_iter().map(|(attachment, volume)| {
        let Volume { status, progress, fault, size_gb, .. } = volume.clone();
        let (href, title, no_write) = (page(&volume.id), volume.title().to_owned(), no_detach.clone());
        view! {
            <tr>
                <th scope="row"><a href=href>{title}</a></th>
                <td><Device attachment=attachment.clone() /></td>
                <td><VolumeState status progress fault /></td>
                <td class="number">{sizes::gib(size_gb)}</td>
                <td class="actions"><DetachButton volume attachment action=detach no_write /></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! { <Table caption=tr!(volumes.in_instance) columns>{rows}</Table> }.into_any()
}
