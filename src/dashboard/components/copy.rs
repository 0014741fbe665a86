//! Copies a text to the clipboard. Hidden where scripts do not run.

use leptos::prelude::*;

use super::announcer::use_announcer;
use super::icon::{Icon, Picture};
use crate::dashboard::i18n::tr;

/// A small button beside a text.
#[component]
pub fn CopyButton(
    #[prop(into)] text: String,
    /// What is copied, for the button's name.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let announcer = use_announcer();
    let copy = move |_| {
        copy_text(&text);
        announcer.say(tr!(common.copied));
        copied.set(true);
        set_timeout(
            move || {
                copied.try_set(false);
            },
            std::time::Duration::from_secs(2),
        );
    };
    view! {
        <button type="button" class="btn quiet icon needs-script" title=tr!(common.copy) on:click=copy>
            {move || view! { <Icon picture=if copied.get() { Picture::Check } else { Picture::Copy } /> }}
            <span class="sr">{tr!(common.copy_what, what = what)}</span>
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn copy_text(text: &str) {
    // A browser that refuses leaves the clipboard as it was; the text is there to be selected by hand.
    let _ = window().navigator().clipboard().write_text(text);
}

/// Nobody clicks on the server.
#[cfg(not(feature = "hydrate"))]
fn copy_text(_: &str) {}
