//! Asks before something is done. The browser opens and closes the dialog itself, with or without script.

use leptos::prelude::*;

use super::button::Look;
use super::icon::{Icon, Picture};
use crate::dashboard::i18n::tr;

/// A button, and the dialog that it opens. `children` says what will happen and holds the form that does it; the
/// form's own button carries the verb.
#[component]
pub fn Confirm(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// The words on the button that opens the dialog.
    #[prop(into)]
    label: String,
    #[prop(default = Look::Danger)] look: Look,
    #[prop(optional)] icon: Option<Picture>,
    /// Why it cannot be used now.
    #[prop(default = None, into)]
    why_not: Option<String>,
    /// The dialog's heading: the verb and the thing's name.
    #[prop(into)]
    title: String,
    /// Closes the dialog whenever it changes; give it the action's `version()`.
    #[prop(optional, into)]
    done: Option<Signal<usize>>,
    children: Children,
) -> impl IntoView {
    let allowed = why_not.is_none();
    let opens = id.clone();
    view! {
        <Opener dialog=opens label look icon why_not />
        {allowed.then(|| view! { <Dialog id title done=done>{children()}</Dialog> })}
    }
}

/// A button that opens the [`Dialog`] of that id.
#[component]
pub fn Opener(
    #[prop(into)] dialog: String,
    #[prop(into)] label: String,
    #[prop(default = Look::Plain)] look: Look,
    #[prop(default = None)] icon: Option<Picture>,
    /// Why it cannot be used now.
    #[prop(default = None, into)]
    why_not: Option<String>,
) -> impl IntoView {
    let picture = icon.map(|picture| view! { <Icon picture /> });
    match why_not {
        Some(why) => view! {
            <button type="button" class=format!("{} off", look.class()) aria-disabled="true">
                {picture}
                <span>{label}</span>
                <span class="why" role="tooltip">{why}</span>
            </button>
        }
        .into_any(),
        None => view! {
            <button type="button" class=look.class() commandfor=dialog command="show-modal">
                {picture}
                <span>{label}</span>
            </button>
        }
        .into_any(),
    }
}

/// A modal dialog that an [`Opener`] opens.
#[component]
pub fn Dialog(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    /// Closes the dialog whenever it changes; give it the action's `version()`.
    #[prop(default = None)]
    done: Option<Signal<usize>>,
    /// Runs when the dialog has opened or closed.
    #[prop(optional)]
    toggled: Option<Trigger>,
    /// It shows something, and asks nothing.
    #[prop(optional)]
    shows: bool,
    children: Children,
) -> impl IntoView {
    let told = move |_| {
        if let Some(toggled) = toggled {
            toggled.notify();
        }
    };
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    if let Some(done) = done {
        Effect::new(move |before: Option<usize>| {
            let now = done.get();
            if let (true, Some(dialog)) = (before.is_some_and(|before| before != now), dialog.get_untracked()) {
                dialog.close();
            }
            now
        });
    }
    let heading = format!("{id}-title");
    let (closes, labelled_by) = (id.clone(), heading.clone());
    view! {
        <dialog id=id class="confirm" aria-labelledby=labelled_by node_ref=dialog on:toggle=told>
            <h2 id=heading>{title}</h2>
            <div class="confirm-body">{children()}</div>
            <button type="button" class="btn confirm-cancel" commandfor=closes command="close" autofocus>
                {if shows { tr!(common.close) } else { tr!(common.cancel) }}
            </button>
        </dialog>
    }
}
