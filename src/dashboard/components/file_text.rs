//! Fills a text area from a file. Hidden where scripts do not run: there one pastes.

use leptos::prelude::*;

/// A file chooser whose file's text replaces what is in the text area `target`.
#[component]
pub fn FileText(
    #[prop(into)] label: String,
    /// The text area's id.
    target: &'static str,
    /// What the chooser offers, such as `.pub`.
    #[prop(optional)]
    accept: &'static str,
) -> impl IntoView {
    view! {
        <label class="btn quiet needs-script file-text">
            <span>{label}</span>
            <input type="file" class="sr" accept=accept on:change:target=move |event| fill(&event.target(), target) />
        </label>
    }
}

#[cfg(feature = "hydrate")]
fn fill(input: &leptos::web_sys::HtmlInputElement, target: &'static str) {
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};

    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    let done = Closure::once(move |text: JsValue| {
        let area =
            document().get_element_by_id(target).and_then(|area| area.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
        if let (Some(area), Some(text), Ok(event)) = (area, text.as_string(), web_sys::Event::new("input")) {
            area.set_value(&text);
            // Whoever follows what is typed hears of it; nobody cancels an input event.
            let _ = area.dispatch_event(&event);
        }
    });
    let _ = file.text().then(&done);
    // Lives until the file is read.
    done.forget();
}

#[cfg(not(feature = "hydrate"))]
fn fill(_: &leptos::web_sys::HtmlInputElement, _: &'static str) {}
