//! The scheduler's decision, filter by filter.

use leptos::prelude::*;

use crate::dashboard::components::{Badge, Column, Table, Tone};
use crate::dashboard::funnel::{filter, refusal, summary};
use crate::dashboard::i18n::tr;
use crate::model::scheduling::{Decision, FilterOutcome};

/// How many hosts each filter let through, and why it refused the others.
#[component]
pub fn Funnel(decision: Decision, #[prop(optional)] open: bool) -> impl IntoView {
    let columns = vec![
        Column::new(tr!(instances.filter)),
        Column::new(tr!(instances.hosts_in)).number(),
        Column::new(tr!(instances.hosts_out)).number(),
        Column::new(tr!(instances.refused_hosts)),
    ];
    let summary = summary(&decision);
    let rows = decision.filters.into_iter().map(row).collect::<Vec<_>>();
    view! {
        <details class="funnel" open=open>
            <summary>{tr!(instances.why_host)} " " <span class="quiet">{summary}</span></summary>
            <Table caption=tr!(instances.why_host) columns>{rows}</Table>
        </details>
    }
}

fn row(outcome: FilterOutcome) -> impl IntoView {
    let refused = outcome
        .refused
        .iter()
        .map(|host| view! { <li><strong>{host.host.clone()}</strong> " " {refusal(&host.refusal)}</li> });
    let refused = refused.collect::<Vec<_>>();
    let none_left = outcome.hosts_out == 0;
    view! {
        <tr>
            <th scope="row">{filter(&outcome.filter)} " " <code class="quiet">{outcome.filter.clone()}</code></th>
            <td class="number">{outcome.hosts_in}</td>
            <td class="number">
                {if none_left { view! { <Badge tone=Tone::Negative label="0" /> }.into_any() } else { outcome.hosts_out.into_any() }}
            </td>
            <td><ul>{refused}</ul></td>
        </tr>
    }
}
