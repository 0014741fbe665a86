//! Why things failed that were asked of a volume.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::model::volume::{MessageAbout, VolumeMessage};

/// The messages, newest first, each with the request to quote.
#[component]
pub fn Messages(messages: Vec<VolumeMessage>) -> impl IntoView {
    if messages.is_empty() {
        return view! { <p class="quiet">{tr!(volumes.no_messages)}</p> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(volumes.message)),
        Column::new(tr!(volumes.about)),
        Column::new(tr!(common.request_id)),
        Column::new(tr!(common.created)),
    ];
    let rows = messages.into_iter().map(|message| {
        let explained = explain(&message.reason);
        let about = match message.about {
            MessageAbout::Volume => tr!(volumes.about_volume).into_any(),
            MessageAbout::Snapshot => {
                view! { <a href=format!("/snapshots/{}", message.resource_id)>{tr!(volumes.about_snapshot)}</a> }
                    .into_any()
            }
        };
        view! {
            <tr>
                <th scope="row">
                    {explained.line()}
                    {explained.evidence.map(|evidence| view! { <p class="quiet"><code>{evidence}</code></p> })}
                </th>
                <td>{about}</td>
                <td><code>{message.request_id}</code></td>
                <td><Time at=message.created_at /></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! { <Table caption=tr!(volumes.messages) columns>{rows}</Table> }.into_any()
}
