//! Giving a volume more room.

use leptos::prelude::*;

use super::may::{Deed, why_not};
use crate::dashboard::api::volumes::ExtendVolume;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::volume::Volume;

/// The form behind its button.
#[component]
pub fn Extend(
    volume: Memo<Option<Volume>>,
    action: ServerAction<ExtendVolume>,
    no_write: Signal<Option<String>>,
    asked: Signal<bool>,
) -> impl IntoView {
    let refused = refused(action);
    let known = Memo::new(move |_| {
        let volume = volume.get()?;
        let why_not = why_not(Deed::Extend, &volume, no_write.get());
        Some((volume.id.to_string(), volume.size_gb, why_not))
    });
    move || {
        known.get().map(|(id, size, why_not)| {
            let id = StoredValue::new(id);
            view! {
                <Disclosure label=tr!(volumes.extend) icon=Picture::Up refused done=successes(action) asked=asked.get_untracked() why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <input type="hidden" name="id" value=id.get_value() />
                        <TextField
                            name="new_size"
                            label=tr!(volumes.new_size)
                            kind="number"
                            min=size + 1
                            required=true
                            help=tr!(volumes.extend_named, size = sizes::gib(size))
                            refused
                        />
                        <Submit label=tr!(volumes.extend) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}
