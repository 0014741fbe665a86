//! An input of several lines.

use leptos::prelude::*;

use super::field::{Field, Refused, problem};

/// Several lines of text.
#[component]
pub fn TextAreaField(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(default = None, into)] help: Option<String>,
    #[prop(default = 4)] rows: u32,
    #[prop(optional)] required: bool,
    #[prop(optional)] optional: bool,
    #[prop(default = None, into)] refused: Option<Refused>,
    #[prop(optional)] scope: &'static str,
    #[prop(optional, into)] placeholder: Option<String>,
    /// Machine text: keys, scripts.
    #[prop(optional)]
    mono: bool,
    /// Follows what is typed.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = format!("{scope}{name}");
    let follow = move |text: String| {
        if let Some(typed) = typed {
            typed.set(text);
        }
    };
    view! {
        <Field name label help optional refused=refused scope>
            <textarea
                id=id.clone()
                name=name
                rows=rows
                class=mono.then_some("mono")
                required=required
                placeholder=placeholder
                spellcheck="false"
                aria-describedby=format!("{id}-help")
                aria-invalid=move || problem(refused, name).map(|_| "true")
                on:input:target=move |event| follow(event.target().value())
            >
                {value}
            </textarea>
        </Field>
    }
}
