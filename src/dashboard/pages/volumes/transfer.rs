//! Giving a volume to another project: offering it, calling that off, and taking one over.

use leptos::prelude::*;

use super::may::{Deed, why_not};
use crate::dashboard::api::transfers::{AcceptVolume, CallOff, Offer as Offered, OfferVolume};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::volume::{Volume, VolumeStatus};

/// The form that offers it. Without script the browser saves the key as a file.
#[component]
pub fn Offer(
    volume: Memo<Option<Volume>>,
    action: ServerAction<OfferVolume>,
    no_write: Signal<Option<String>>,
) -> impl IntoView {
    let refused = refused(action);
    let known = Memo::new(move |_| {
        let volume = volume.get()?;
        let why_not = why_not(Deed::Transfer, &volume, no_write.get());
        Some((volume.id.to_string(), why_not))
    });
    move || {
        known.get().map(|(id, why_not)| {
            let id = StoredValue::new(id);
            view! {
                <Disclosure label=tr!(volumes.offer) icon=Picture::External refused done=successes(action) why_not>
                    <ActionForm action>
                        <ErrorSummary refused />
                        <p class="help">{tr!(volumes.offer_help)}</p>
                        <input type="hidden" name="volume" value=id.get_value() />
                        <Submit label=tr!(volumes.offer) look=Look::Primary busy=action.pending() />
                        <AsCommand />
                    </ActionForm>
                </Disclosure>
            }
        })
    }
}

/// What the other project must be told, until the page is left.
#[component]
pub fn OfferOnce(action: ServerAction<OfferVolume>) -> impl IntoView {
    let made = move || action.value().with(|value| value.as_ref().and_then(|made| made.clone().ok()));
    move || {
        made().map(|Offered { transfer, auth_key }| {
            view! {
                <section class="card warning" role="status">
                    <h2>{tr!(volumes.offered)}</h2>
                    <p>{tr!(volumes.offered_text)}</p>
                    <Properties>
                        <Property label=tr!(volumes.transfer) copy=transfer.clone()><code>{transfer}</code></Property>
                        <Property label=tr!(volumes.auth_key) copy=auth_key.clone()><code>{auth_key}</code></Property>
                    </Properties>
                </section>
            }
        })
    }
}

/// The button that calls it off, and its question; nothing unless the volume is on offer.
#[component]
pub fn CallOffButton(volume: Volume, action: ServerAction<CallOff>, no_write: Option<String>) -> impl IntoView {
    let name = volume.title().to_owned();
    (volume.status == VolumeStatus::AwaitingTransfer).then(|| {
        view! {
            <Confirm
                id="call-off"
                label=tr!(volumes.call_off)
                look=Look::Plain
                why_not=no_write
                title=tr!(volumes.call_off)
                done=action.version()
            >
                <p>{tr!(volumes.call_off_text)}</p>
                <ActionForm action>
                    <input type="hidden" name="volume" value=volume.id.to_string() />
                    <input type="hidden" name="name" value=name />
                    <Submit label=tr!(volumes.call_off) look=Look::Danger busy=action.pending() />
                    <AsCommand />
                </ActionForm>
            </Confirm>
        }
    })
}

/// The form that takes one over.
#[component]
pub fn Accept(action: ServerAction<AcceptVolume>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    view! {
        <Disclosure label=tr!(volumes.accept) icon=Picture::Download refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <p class="help">{tr!(volumes.accept_help)}</p>
                <div class="fields">
                    <TextField name="transfer" label=tr!(volumes.transfer) required=true mono=true refused />
                    <TextField name="auth_key" label=tr!(volumes.auth_key) required=true mono=true refused />
                </div>
                <Submit label=tr!(volumes.accept) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
