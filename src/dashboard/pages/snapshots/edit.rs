//! Changing what is said of a snapshot.

use leptos::prelude::*;

use crate::dashboard::api::snapshots::UpdateSnapshot;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::volume::Snapshot;

/// The form behind its button.
#[component]
pub fn Edit(snapshot: Snapshot, action: ServerAction<UpdateSnapshot>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let snapshot = StoredValue::new(snapshot);
    let of = move |part: fn(&Snapshot) -> String| snapshot.with_value(part);
    view! {
        <Disclosure label=tr!(snapshots.edit) icon=Picture::Edit refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <input type="hidden" name="id" value=of(|snapshot| snapshot.id.to_string()) />
                <div class="fields">
                    <TextField name="name" label=tr!(common.name) value=of(|snapshot| snapshot.name.clone()) required=true refused />
                    <TextField name="description" label=tr!(common.description) value=of(|snapshot| snapshot.description.clone().unwrap_or_default()) optional=true refused />
                </div>
                <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
