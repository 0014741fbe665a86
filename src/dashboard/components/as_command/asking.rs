//! Asks for the words whenever somebody looks, and again when the form changes.

use std::time::Duration;

use leptos::ev;
use leptos::html::{Div, Select};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::{FormData, HtmlDivElement, HtmlFormElement, HtmlSelectElement, UrlSearchParams};

use super::Buttons;
use super::texts::Texts;
use crate::dashboard::api::commands::equivalent;
use crate::dashboard::follow::follow;
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;

/// How long the form must have been left alone.
const PAUSE: Duration = Duration::from_millis(300);

/// The words for the form around it, once what holds them is open; `toggled` says that it may be.
#[component]
pub fn Said(toggled: Trigger, buttons: Option<Buttons>) -> impl IntoView {
    let (root, chosen) = (NodeRef::<Div>::new(), NodeRef::<Select>::new());
    let button = buttons.as_ref().map(|buttons| buttons.name);
    let asked = RwSignal::new(None);
    // Made before what asks: it follows only what changes after it has begun.
    let said = follow(
        None,
        move || asked.get(),
        |asked: Option<(String, String)>| async move {
            let (action, fields) = asked?;
            Some(equivalent(action, fields).await)
        },
    );
    let look = move || {
        let form = root.get_untracked().filter(is_open).and_then(|root| form_around(&root));
        let pressed = button.zip(chosen.get_untracked());
        if let Some(form) = form.and_then(|form| content(&form, pressed)) {
            asked.set(Some(form));
        }
    };
    Effect::new(move |_| {
        toggled.track();
        // The first time, too: the browser opens it before the script has come.
        if root.get().is_some() {
            look();
        }
    });
    let opened = Memo::new(move |_| asked.with(Option::is_some));
    Effect::new(move |_| {
        if opened.get() {
            // Boxes that belong to the form may stand outside of it.
            let later = StoredValue::new_local(debounce(PAUSE, move |()| look()));
            let listener = window_event_listener(ev::input, move |_| later.update_value(|later| later(())));
            on_cleanup(move || listener.remove());
        }
    });
    let tab = RwSignal::new(0);
    let words = move || match said.get() {
        None => view! { <p class="quiet">{tr!(common.loading)}</p> }.into_any(),
        Some(Ok(said)) => view! { <Texts said tab /> }.into_any(),
        Some(Err(refusal)) => view! { <p class="problem">{explain(&refusal.reason).line()}</p> }.into_any(),
    };
    view! {
        <div class="said" node_ref=root>
            {buttons.map(|buttons| view! { <Choice buttons chosen /> })}
            <div aria-live="polite">{words}</div>
        </div>
    }
}

/// Which of the form's buttons is meant. Without a name, so that no form sends it.
#[component]
fn Choice(buttons: Buttons, chosen: NodeRef<Select>) -> impl IntoView {
    let options = buttons.each.into_iter().map(|(value, label)| view! { <option value=value>{label}</option> });
    let options = options.collect::<Vec<_>>();
    view! { <select node_ref=chosen aria-label=tr!(commands.which)>{options}</select> }
}

fn is_open(root: &HtmlDivElement) -> bool {
    root.closest(".as-command, dialog").ok().flatten().is_some_and(|holder| holder.has_attribute("open"))
}

fn form_around(root: &HtmlDivElement) -> Option<HtmlFormElement> {
    root.closest("form").ok()??.dyn_into().ok()
}

/// Where the form goes, and what it sends when that button is pressed.
fn content(form: &HtmlFormElement, pressed: Option<(&str, HtmlSelectElement)>) -> Option<(String, String)> {
    let data = FormData::new_with_form(form).ok()?;
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    if let Some((name, chosen)) = pressed {
        fields.append(name, &chosen.value());
    }
    Some((form.get_attribute("action")?, fields.to_string().into()))
}
