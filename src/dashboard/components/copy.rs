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
        if !copy_text(&text) {
            return;
        }
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

/// Tells whether it was copied. A browser that refuses leaves the clipboard as it was; the text is there to be selected by
/// hand.
#[cfg(feature = "hydrate")]
fn copy_text(text: &str) -> bool {
    let navigator = window().navigator();
    let has_clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|found| !found.is_undefined());
    if has_clipboard {
        let _ = navigator.clipboard().write_text(text);
        return true;
    }
    copy_selected(text).unwrap_or(false)
}

/// Pages that came over plain HTTP from another machine have no clipboard, only the command for what is selected.
#[cfg(feature = "hydrate")]
fn copy_selected(text: &str) -> Option<bool> {
    use wasm_bindgen::JsCast as _;
    let field: web_sys::HtmlTextAreaElement = document().create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_value(text);
    document().body()?.append_child(&field).ok()?;
    field.select();
    let copied = document().unchecked_into::<web_sys::HtmlDocument>().exec_command("copy").unwrap_or(false);
    field.remove();
    Some(copied)
}

/// Nobody clicks on the server.
#[cfg(not(feature = "hydrate"))]
fn copy_text(_: &str) -> bool {
    false
}
