//! Changing what is said of a volume.

use leptos::prelude::*;

use crate::dashboard::api::volumes::UpdateVolume;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::volume::Volume;

/// The form behind its button.
#[component]
pub fn Edit(
    volume: Memo<Option<Volume>>,
    action: ServerAction<UpdateVolume>,
    no_write: Signal<Option<String>>,
    asked: Signal<bool>,
) -> impl IntoView {
    let refused = refused(action);
    // News that change none of this leave what is typed alone.
    let known = Memo::new(move |_| {
        let Volume { id, name, description, bootable, .. } = volume.get()?;
        Some((id.to_string(), name, description.unwrap_or_default(), bootable))
    });
    move || {
        known.get().map(|given| {
            let bootable = given.3;
            let given = StoredValue::new(given);
            view! {
                <Disclosure label=tr!(volumes.edit) icon=Picture::Edit refused done=successes(action) asked=asked.get_untracked() why_not=no_write.get()>
                    <ActionForm action>
                        <ErrorSummary refused scope="edit-" />
                        <input type="hidden" name="id" value=given.with_value(|(id, ..)| id.clone()) />
                        <div class="fields">
                            <TextField name="name" label=tr!(common.name) value=given.with_value(|(_, name, ..)| name.clone()) required=true refused scope="edit-" />
                            <TextField name="description" label=tr!(common.description) value=given.with_value(|(_, _, text, _)| text.clone()) optional=true refused scope="edit-" />
                        </div>
                        <TickField name="bootable" label=tr!(volumes.bootable) help=tr!(volumes.bootable_help).to_owned() checked=bootable />
                        <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}
