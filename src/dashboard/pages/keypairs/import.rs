//! A public key that somebody has already.

use leptos::prelude::*;

use crate::dashboard::api::keypairs::ImportKeypair;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// The form, with room to paste and a way to read a file.
#[component]
pub fn Import(action: ServerAction<ImportKeypair>) -> impl IntoView {
    let refused = refused(action);
    view! {
        <Disclosure label=tr!(keypairs.import) icon=Picture::Upload refused done=successes(action)>
            <ActionForm action>
                <ErrorSummary refused />
                <TextField name="name" label=tr!(common.name) required=true placeholder="laptop" refused />
                <TextAreaField
                    name="public_key"
                    label=tr!(keypairs.public_key)
                    rows=4
                    mono=true
                    required=true
                    placeholder="ssh-ed25519 AAAA… you@laptop"
                    help=tr!(keypairs.public_key_help).to_owned()
                    refused
                />
                <div class="buttons">
                    <Submit label=tr!(keypairs.import_do) look=Look::Primary busy=action.pending() />
                    <FileText label=tr!(keypairs.read_file) target="public_key" accept=".pub" />
                </div>
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}
