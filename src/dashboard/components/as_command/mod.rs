//! Beside a form: what it asks for, as a command, as a call and as a Terraform block.

mod asking;
mod texts;

use leptos::prelude::*;

use self::asking::Said;
use super::button::Look;
use super::confirm::{Dialog, Opener};
use super::icon::{Icon, Picture};
use crate::dashboard::i18n::tr;

/// The buttons of a form that has several, each of which asks for something else: their name, and value and label of
/// each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buttons {
    pub name: &'static str,
    pub each: Vec<(String, String)>,
}

/// Unfolds within its form, and follows what is typed there. The browser does the unfolding; the script, which asks for
/// the words, may come later.
#[component]
pub fn AsCommand(
    /// Where the form has several buttons.
    #[prop(optional)]
    buttons: Option<Buttons>,
) -> impl IntoView {
    let toggled = Trigger::new();
    view! {
        <details class="as-command needs-script" on:toggle=move |_| toggled.notify()>
            <summary class="btn quiet"><Icon picture=Picture::Console /><span>{tr!(commands.as_command)}</span></summary>
            <Said toggled buttons />
        </details>
    }
}

/// Opens the [`AsCommandDialog`] of that id.
#[component]
pub fn AsCommandOpener(
    #[prop(into)] dialog: String,
    /// Shows the icon alone.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    if brief {
        return view! {
            <button type="button" class="btn quiet icon needs-script" commandfor=dialog command="show-modal" title=tr!(commands.as_command)>
                <Icon picture=Picture::Console />
                <span class="sr">{tr!(commands.as_command)}</span>
            </button>
        }
        .into_any();
    }
    view! {
        <span class="needs-script">
            <Opener dialog label=tr!(commands.as_command) look=Look::Quiet icon=Some(Picture::Console) />
        </span>
    }
    .into_any()
}

/// The same for a form that has no room for it: in a dialog, with what that form would send.
#[component]
pub fn AsCommandDialog(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// What it is about: the thing's name.
    #[prop(into)]
    name: String,
    /// The form's hidden fields.
    fields: Vec<(&'static str, String)>,
    /// Where the form has several buttons.
    #[prop(optional)]
    buttons: Option<Buttons>,
    /// Where the form goes.
    action: &'static str,
) -> impl IntoView {
    let toggled = Trigger::new();
    let fields = fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let fields = fields.collect::<Vec<_>>();
    view! {
        <Dialog id title=tr!(commands.as_command_named, name = name) toggled shows=true>
            <form action=action method="post" on:submit=|event| event.prevent_default()>
                {fields}
                <Said toggled buttons />
            </form>
        </Dialog>
    }
}
