//! One verb for all ticked instances, and what became of it.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::dashboard::api::instances::{ActOnAll, Outcome};
use crate::dashboard::components::{AsCommand, Buttons, Confirm, ErrorSummary, Look, Picture, Submit, refused};
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::model::InstanceId;
use crate::model::instance::Instance;
use crate::model::state::Verb;

/// The buttons for the ticked rows; the rows' boxes belong to this form by its id.
#[component]
pub fn Bulk(
    all: ServerAction<ActOnAll>,
    rows: Signal<Vec<Instance>>,
    no_write: Signal<Option<String>>,
) -> impl IntoView {
    let each =
        [(Verb::Start, tr!(instances.start)), (Verb::Stop, tr!(instances.stop)), (Verb::Delete, tr!(common.delete))];
    let each = each.map(|(verb, label)| (verb.to_string(), label.to_owned())).to_vec();
    view! {
        <ErrorSummary refused=refused(all) />
        {move || all.value().get().and_then(Result::ok).map(|outcomes| view! { <Outcomes outcomes rows /> })}
        <ActionForm action=all attr:id="bulk" attr:class="filters">
            <span class="quiet">{tr!(instances.ticked)}</span>
            {move || view! {
                <Submit label=tr!(instances.start) icon=Picture::Start name="verb" value=Verb::Start.to_string() why_not=no_write.get() />
                <Submit label=tr!(instances.stop) icon=Picture::Stop name="verb" value=Verb::Stop.to_string() why_not=no_write.get() />
                <Confirm
                    id="bulk-delete"
                    label=tr!(common.delete)
                    icon=Picture::Delete
                    title=tr!(instances.delete_ticked)
                    why_not=no_write.get()
                    done=all.version()
                >
                    <p>{tr!(instances.delete_text)}</p>
                    <p>{tr!(common.cannot_be_undone)}</p>
                    <Submit label=tr!(instances.delete_ticked_do) look=Look::Danger icon=Picture::Delete name="verb" value=Verb::Delete.to_string() />
                </Confirm>
            }}
            <AsCommand buttons=Buttons { name: "verb", each } />
        </ActionForm>
    }
}

/// How many began, and why the others did not.
#[component]
fn Outcomes(outcomes: Vec<Outcome>, rows: Signal<Vec<Instance>>) -> impl IntoView {
    let begun = outcomes.iter().filter(|outcome| outcome.refusal.is_none()).count();
    let summary = tr!(instances.begun, begun = begun, all = outcomes.len());
    let name = move |id: &InstanceId| {
        rows.with_untracked(|rows| rows.iter().find(|row| row.id == *id).map_or(id.to_string(), |row| row.name.clone()))
    };
    let refusals = outcomes.into_iter().filter_map(|outcome| {
        let refusal = outcome.refusal?;
        Some(view! { <li><strong>{name(&outcome.id)}</strong> ": " {explain(&refusal.reason).line()}</li> })
    });
    view! { <div class="card outcomes" role="status"><p>{summary}</p><ul>{refusals.collect::<Vec<_>>()}</ul></div> }
}
