//! Taking a snapshot of a volume.

use leptos::prelude::*;

use crate::dashboard::api::snapshots::CreateSnapshot;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::volumes::{Deed, why_not};
use crate::model::volume::Volume;

/// The form behind its button, on the volume's page.
#[component]
pub fn Take(
    volume: Memo<Option<Volume>>,
    action: ServerAction<CreateSnapshot>,
    no_write: Signal<Option<String>>,
    asked: Signal<bool>,
) -> impl IntoView {
    let refused = refused(action);
    let known = Memo::new(move |_| {
        let volume = volume.get()?;
        let why_not = why_not(Deed::Snapshot, &volume, no_write.get());
        Some((volume.id.to_string(), why_not))
    });
    move || {
        known.get().map(|(id, why_not)| {
            let id = StoredValue::new(id);
            view! {
                <Disclosure label=tr!(snapshots.take) icon=Picture::Snapshot refused done=successes(action) asked=asked.get_untracked() why_not>
                    <ActionForm action>
                        <ErrorSummary refused scope="take-" />
                        <p class="help">{tr!(snapshots.take_help)}</p>
                        <input type="hidden" name="volume" value=id.get_value() />
                        <div class="fields">
                            <TextField name="name" label=tr!(common.name) required=true refused scope="take-" />
                            <TextField name="description" label=tr!(common.description) optional=true refused scope="take-" />
                        </div>
                        <Submit label=tr!(snapshots.take) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}
