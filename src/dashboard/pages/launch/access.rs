//! How to get in: a key pair that is there, one typed in here, or none.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::plan::Plan;
use super::section::Section;
use crate::dashboard::api::keypairs::GenerateKeypair;
use crate::dashboard::api::launch::{NEW_KEY, NO_KEY};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::keypairs::Generated;

/// Key pairs, and the warning when none is chosen.
#[component]
pub fn Access(plan: Plan, refused: Refused) -> impl IntoView {
    let keypairs = plan.choices.with_value(|choices| choices.keypairs.clone());
    let rows = keypairs.into_iter().map(|keypair| {
        view! { <Choice plan value=keypair.name.clone() name=keypair.name about=keypair.fingerprint mono=true /> }
    });
    let rows = rows.collect_view();
    let none = move || plan.form.with(|form| form.key.is_empty() || form.key == NO_KEY);
    view! {
        <Section title=tr!(launch.access) names=&["key"] refused>
            <div class="choice-list">
                {rows}
                <Choice plan value=NEW_KEY name=tr!(launch.new_key) about=tr!(launch.new_key_text) />
                <NewKey plan refused />
                <Choice plan value=NO_KEY name=tr!(launch.no_key) about=tr!(launch.no_key_text) />
            </div>
            {move || none().then(|| view! { <p class="card warning">{tr!(launch.no_key_warning)}</p> })}
        </Section>
    }
}

#[component]
fn Choice(
    plan: Plan,
    #[prop(into)] value: String,
    #[prop(into)] name: String,
    #[prop(into)] about: String,
    #[prop(optional)] mono: bool,
) -> impl IntoView {
    let checked = plan.form.with_untracked(|form| form.key == value);
    view! {
        <label class="choice choice-row">
            <input type="radio" name="key" value=value checked=checked />
            <span class="choice-text">
                <strong>{name}</strong>
                <span class=if mono { "quiet mono" } else { "quiet" }>{about}</span>
            </span>
        </label>
    }
}

/// Name and public key of a new pair. "Generate" makes both here; without script the browser saves the private key
/// and the page stays as it is.
#[component]
fn NewKey(plan: Plan, refused: Refused) -> impl IntoView {
    let generate = ServerAction::<GenerateKeypair>::new();
    let refused_key = refused_by_either(refused, generate);
    let (name, public_key) = plan.form.with_untracked(|form| (form.new_key_name.clone(), form.new_public_key.clone()));
    let press = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        generate.dispatch(GenerateKeypair { new_key_name: plan.form.with_untracked(|form| form.new_key_name.clone()) });
    };
    view! {
        <div class="new-key">
            <TextField name="new_key_name" label=tr!(launch.new_key_name) value=name refused=refused_key />
            <TextAreaField
                name="new_public_key"
                label=tr!(launch.public_key)
                value=public_key
                rows=3
                mono=true
                optional=true
                placeholder="ssh-ed25519 AAAA… you@laptop"
                help=tr!(launch.public_key_help).to_owned()
                refused=refused_key
            />
            <div class="buttons">
                <FileText label=tr!(keypairs.read_file) target="new_public_key" accept=".pub" />
                <button
                    type="submit"
                    class="btn"
                    formaction=GenerateKeypair::url()
                    formnovalidate
                    aria-busy=move || generate.pending().get().then_some("true")
                    on:click=press
                >
                    <Icon picture=Picture::Download />
                    <span>{tr!(launch.generate_instead)}</span>
                </button>
            </div>
            <Generated action=generate />
        </div>
    }
}

/// What the launch or the generating of a key pair said last.
fn refused_by_either(launch: Refused, generate: ServerAction<GenerateKeypair>) -> Refused {
    let generating = refused(generate);
    Signal::derive(move || generating.get().or_else(|| launch.get()))
}
