//! What was done to an instance after its launch.

use leptos::prelude::*;

use super::step::{detail, result};
use crate::dashboard::components::time::duration;
use crate::dashboard::components::{Column, Table, Time};
use crate::dashboard::i18n::tr;
use crate::dashboard::words::{action, capital};
use crate::model::step::StepEvent;

/// One row for each later action, newest first.
#[component]
pub fn Later(events: Vec<StepEvent>) -> impl IntoView {
    let columns = vec![
        Column::new(tr!(steps.action)),
        Column::new(tr!(steps.result)),
        Column::new(tr!(common.created)),
        Column::new(tr!(steps.duration)).number(),
        Column::new(tr!(steps.host)),
        Column::new(tr!(steps.request)),
        Column::new(tr!(steps.detail)),
    ];
    let rows = events.into_iter().rev().map(row).collect::<Vec<_>>();
    view! {
        <section class="section">
            <h2>{tr!(steps.other_actions)}</h2>
            <Table caption=tr!(steps.other_actions) columns>{rows}</Table>
        </section>
    }
}

fn row(event: StepEvent) -> impl IntoView {
    let name = action(&event.action);
    let spent = event.finished_at.map(|end| duration(end - event.started_at));
    view! {
        <tr>
            <th scope="row">{capital(&name)}</th>
            <td>{result(Some(event.result))}</td>
            <td><Time at=event.started_at /></td>
            <td class="number">{spent}</td>
            <td>{event.host.clone()}</td>
            <td><code>{event.request_id.clone()}</code></td>
            <td>{detail(event)}</td>
        </tr>
    }
}
