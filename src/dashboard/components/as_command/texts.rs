//! The three texts, one at a time.

use leptos::ev::KeyboardEvent;
use leptos::html::Button;
use leptos::prelude::*;

use super::super::code::CodeBlock;
use crate::dashboard::api::commands::{Equivalent, Terraform};
use crate::dashboard::i18n::tr;

/// Names, which are the same in every language.
const NAMES: [&str; 3] = ["openstack", "curl", "Terraform"];

/// Tabs of which one is shown; `tab` says which.
#[component]
pub fn Texts(said: Equivalent, tab: RwSignal<usize>) -> impl IntoView {
    let said = StoredValue::new(said);
    let panel = move || {
        let name = NAMES[tab.get()];
        let text = said.with_value(|said| match (tab.get(), &said.terraform) {
            (0, _) => Ok(said.command.clone()),
            (1, _) => Ok(said.curl.clone()),
            (_, Terraform::Blocks(blocks)) => Ok(blocks.clone()),
            (_, Terraform::Sentence(sentence)) => Err(sentence.clone()),
        });
        let help = match tab.get() {
            0 => view! { <a href="/api-access">{tr!(commands.credentials)}</a> }.into_any(),
            1 => view! { {tr!(commands.token)} " " <code>"OS_TOKEN=$(openstack token issue -f value -c id)"</code> }
                .into_any(),
            _ => ().into_any(),
        };
        match text {
            Ok(text) => view! { <CodeBlock text label=name /><p class="help">{help}</p> }.into_any(),
            Err(sentence) => view! { <p>{sentence}</p> }.into_any(),
        }
    };
    view! {
        <TabList tab />
        <div role="tabpanel" aria-label=move || NAMES[tab.get()]>{panel}</div>
    }
}

/// One tab is a stop of the Tab key; arrows lead to the others.
#[component]
fn TabList(tab: RwSignal<usize>) -> impl IntoView {
    let buttons = NAMES.map(|_| NodeRef::<Button>::new());
    let go = move |event: KeyboardEvent| {
        let last = NAMES.len() - 1;
        let now = tab.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % NAMES.len(),
            "ArrowLeft" => (now + last) % NAMES.len(),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        tab.set(next);
        if let Some(button) = buttons[next].get_untracked() {
            // What cannot take the focus is not on the page any more.
            let _ = button.focus();
        }
    };
    let tabs = NAMES.into_iter().zip(buttons).enumerate().map(|(place, (name, button))| {
        let chosen = move || tab.get() == place;
        view! {
            <button
                type="button"
                role="tab"
                node_ref=button
                aria-selected=move || chosen().to_string()
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=move |_| tab.set(place)
            >
                {name}
            </button>
        }
    });
    view! {
        <div class="tabs" role="tablist" aria-label=tr!(commands.as_command) on:keydown=go>
            {tabs.collect::<Vec<_>>()}
        </div>
    }
}
