//! One more volume.

use leptos::prelude::*;

use super::{Loaded, May};
use crate::dashboard::api::volume_attachments::AttachVolume;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::volumes::Place;
use crate::dashboard::sizes;

/// The form behind its button; says why there is no volume to choose.
#[component]
pub fn Attach(may: Memo<Option<May>>, loaded: Loaded, action: ServerAction<AttachVolume>) -> impl IntoView {
    let refused = refused(action);
    // News that change none of the choices leave what is chosen alone.
    let known = Memo::new(move |_| {
        let (may, free) = (may.get()?, loaded.get()??.ok()?.free);
        let label = |volume: &crate::model::volume::Volume| {
            (volume.id.to_string(), format!("{} · {}", volume.title(), sizes::gib(volume.size_gb)))
        };
        Some((may.id.to_string(), may.no_attach, free.iter().map(label).collect::<Vec<_>>()))
    });
    move || {
        known.get().map(|(id, no_attach, options)| {
            let why_not = no_attach.or_else(|| options.is_empty().then(|| tr!(volumes.none_free).to_owned()));
            let given = StoredValue::new((id, options));
            view! {
                <Disclosure label=tr!(volumes.attach_volume) refused done=successes(action) why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <p class="help">{tr!(volumes.attach_help)}</p>
                        <input type="hidden" name="instance" value=given.with_value(|(id, _)| id.clone()) />
                        <div class="fields">
                            <SelectField name="volume" label=tr!(volumes.volume) options=given.with_value(|(_, options)| options.clone()) refused />
                            <Place refused />
                        </div>
                        <Submit label=tr!(volumes.attach) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}
