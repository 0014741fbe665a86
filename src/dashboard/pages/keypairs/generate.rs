//! A new key pair. Its private half exists here once, and then with its owner alone.

use leptos::prelude::*;

use crate::dashboard::api::keypairs::GenerateKeypair;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// The form. Without script the browser saves the private key as a file.
#[component]
pub fn Generate(action: ServerAction<GenerateKeypair>) -> impl IntoView {
    let refused = refused(action);
    view! {
        <Disclosure label=tr!(keypairs.generate) refused done=successes(action)>
            <ActionForm action>
                <ErrorSummary refused />
                <TextField
                    name="new_key_name"
                    label=tr!(common.name)
                    required=true
                    placeholder="web"
                    help=tr!(keypairs.generate_help).to_owned()
                    refused
                />
                <Submit label=tr!(keypairs.generate_do) look=Look::Primary icon=Picture::Download busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}

/// The private key that was just made, until the page is left.
#[component]
pub fn Generated(action: ServerAction<GenerateKeypair>) -> impl IntoView {
    let made = move || action.value().with(|value| value.as_ref().and_then(|made| made.clone().ok()));
    move || made().map(|made| view! { <PrivateKeyOnce name=made.name key=made.private_key /> })
}

/// A private key with the warning that it will not come again, and a way to save it.
#[component]
pub fn PrivateKeyOnce(name: String, key: String) -> impl IntoView {
    let file = format!("{name}.pem");
    let data = format!("data:application/x-pem-file,{}", query::escape(&key).replace('+', "%20"));
    let command = format!("chmod 600 {file}");
    let save = tr!(keypairs.save, file = file.clone());
    view! {
        <section class="card warning private-key" role="status">
            <h2>{tr!(keypairs.once, name = name)}</h2>
            <p>{tr!(keypairs.once_text)}</p>
            <CodeBlock text=key label=file.clone() />
            <div class="buttons">
                <a class="btn primary" href=data download=file.clone()>
                    <Icon picture=Picture::Download />
                    <span>{save}</span>
                </a>
            </div>
            <p class="quiet">{tr!(keypairs.after_saving)} " " <code>{command}</code></p>
        </section>
    }
}
