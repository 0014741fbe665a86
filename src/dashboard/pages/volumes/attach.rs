//! Giving the volume to an instance.

use leptos::prelude::*;

use super::attachments::Names;
use super::may::{Deed, why_not};
use crate::dashboard::api::volume_attachments::AttachVolume;
use crate::dashboard::api::volumes::page;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::volume::Volume;

/// The form behind its button; says why there is no instance to choose.
#[component]
pub fn Attach(
    volume: Memo<Option<Volume>>,
    instances: Memo<Names>,
    action: ServerAction<AttachVolume>,
    no_write: Signal<Option<String>>,
    asked: Signal<bool>,
) -> impl IntoView {
    let refused = refused(action);
    let known = Memo::new(move |_| {
        let volume = volume.get()?;
        let instances = instances.get();
        let nothing = instances.is_empty().then(|| tr!(volumes.no_instances).to_owned());
        let why_not = why_not(Deed::Attach, &volume, no_write.get()).or(nothing);
        Some((volume.id, instances, why_not))
    });
    move || {
        known.get().map(|(id, instances, why_not)| {
            let mut options: Vec<_> = instances.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
            options.sort_by(|one, other| one.1.cmp(&other.1));
            let given = StoredValue::new((id, options));
            view! {
                <Disclosure label=tr!(volumes.attach_to) icon=Picture::Instance refused done=successes(action) asked=asked.get_untracked() why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <p class="help">{tr!(volumes.attach_help)}</p>
                        <input type="hidden" name="volume" value=given.with_value(|(id, _)| id.to_string()) />
                        <input type="hidden" name="next" value=given.with_value(|(id, _)| page(id)) />
                        <div class="fields">
                            <SelectField name="instance" label=tr!(volumes.instance) options=given.with_value(|(_, options)| options.clone()) refused />
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

/// What the volume is to be to the instance.
#[component]
pub fn Place(refused: Refused) -> impl IntoView {
    view! {
        <TextField name="device" label=tr!(volumes.device) optional=true mono=true help=tr!(volumes.device_help).to_owned() refused />
        <TickField name="delete_on_termination" label=tr!(volumes.goes_with_it_tick) />
    }
}
