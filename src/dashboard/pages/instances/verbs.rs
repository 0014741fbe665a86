//! What can be done to an instance: which verb, how it is called, and why not now.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::dashboard::api::instances::Act;
use crate::dashboard::components::{AsCommand, AsCommandDialog, Buttons, Look, Picture, Submit};
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::dashboard::words::{capital, verb as word};
use crate::model::instance::Instance;
use crate::model::state::{Verb, check_nics_may_change};

/// The verbs that need no further question, in the order of a menu.
pub const DIRECT: [Verb; 8] =
    [Verb::Start, Verb::Stop, Verb::Reboot, Verb::HardReboot, Verb::Pause, Verb::Unpause, Verb::Suspend, Verb::Resume];

/// Why the verb cannot be used now: the person's role, or the instance's state. None if it can.
pub fn why_not(verb: Verb, instance: &Instance, no_write: Option<String>) -> Option<String> {
    let refusal = verb.check(instance.id.as_str(), instance.vm_state, instance.task_state, instance.host.is_some());
    no_write.or_else(|| refusal.err().map(|reason| explain(&reason).line()))
}

/// Why a NIC cannot come (`attach_interface`) or go (`detach_interface`) now, as [`why_not`].
pub fn why_no_nics(action: &str, instance: &Instance, no_write: Option<String>) -> Option<String> {
    let refusal = check_nics_may_change(action, instance.id.as_str(), instance.vm_state, instance.task_state).err();
    no_write.or_else(|| refusal.map(|reason| explain(&reason).line()))
}

/// A verb's button.
pub fn button(verb: Verb, look: Look, why_not: Option<String>) -> impl IntoView {
    view! { <Submit label=label(verb) look icon=picture(verb) name="verb" value=verb.to_string() why_not /> }
}

/// What its button says.
fn label(verb: Verb) -> String {
    match verb {
        Verb::CreateImage => tr!(instances.create_image).to_owned(),
        _ => capital(word(verb)),
    }
}

fn picture(verb: Verb) -> Picture {
    match verb {
        Verb::Start | Verb::Unpause | Verb::Resume => Picture::Start,
        Verb::Stop => Picture::Stop,
        Verb::Reboot | Verb::HardReboot | Verb::Rebuild => Picture::Reboot,
        Verb::Pause | Verb::Suspend => Picture::Pause,
        Verb::CreateImage => Picture::Snapshot,
        Verb::Delete => Picture::Delete,
    }
}

/// One form with a button for each verb.
#[component]
pub fn VerbForm(
    instance: Instance,
    act: ServerAction<Act>,
    verbs: &'static [Verb],
    #[prop(default = Look::Quiet)] look: Look,
    no_write: Option<String>,
) -> impl IntoView {
    let buttons = verbs.iter().map(|verb| button(*verb, look, why_not(*verb, &instance, no_write.clone())));
    let buttons = buttons.collect::<Vec<_>>();
    view! {
        <ActionForm action=act>
            <input type="hidden" name="id" value=instance.id.to_string() />
            {buttons}
        </ActionForm>
    }
}

/// The same verbs as commands; behind a button in a menu.
#[component]
pub fn VerbsAsCommands(#[prop(into)] id: String, instance: Instance) -> impl IntoView {
    let verbs = DIRECT.iter().chain(&[Verb::CreateImage]);
    let each = verbs.map(|verb| (verb.to_string(), label(*verb))).collect();
    let fields = vec![("id", instance.id.to_string())];
    view! { <AsCommandDialog id name=instance.name fields buttons=Buttons { name: "verb", each } action=Act::url() /> }
}

/// The Start button alone, for where a stopped guest is looked for.
#[component]
pub fn StartForm(instance: Instance, act: ServerAction<Act>, no_write: Option<String>) -> impl IntoView {
    view! { <VerbForm instance act verbs=&[Verb::Start] look=Look::Primary no_write /> }
}

/// The form that deletes, for inside a dialog. A plain form's browser goes on to the list.
#[component]
pub fn DeleteForm(instance: Instance, act: ServerAction<Act>, #[prop(optional)] next: &'static str) -> impl IntoView {
    view! {
        <p>{tr!(instances.delete_text)}</p>
        <p>{tr!(common.cannot_be_undone)}</p>
        <ActionForm action=act>
            <input type="hidden" name="id" value=instance.id.to_string() />
            <input type="hidden" name="verb" value=Verb::Delete.to_string() />
            <input type="hidden" name="next" value=next />
            <Submit label=tr!(common.delete_named, name = instance.name) look=Look::Danger icon=Picture::Delete />
            <AsCommand />
        </ActionForm>
    }
}
