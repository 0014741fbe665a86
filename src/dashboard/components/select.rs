//! A choice from a list.

use leptos::prelude::*;

use super::field::{Field, Refused, problem};

/// A drop-down list of values with their labels.
#[component]
pub fn SelectField(
    name: &'static str,
    #[prop(into)] label: String,
    /// Value and label of each choice.
    options: Vec<(String, String)>,
    /// Labels of what cannot be chosen now, each with the reason; they come last.
    #[prop(optional)]
    off: Vec<String>,
    #[prop(optional, into)] value: String,
    #[prop(default = None, into)] help: Option<String>,
    #[prop(optional)] optional: bool,
    #[prop(default = None, into)] refused: Option<Refused>,
    #[prop(optional)] scope: &'static str,
    /// Follows what is chosen.
    #[prop(optional)]
    chosen: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = format!("{scope}{name}");
    let options = options.into_iter().map(|(choice, label)| {
        let selected = choice == value;
        view! { <option value=choice selected=selected>{label}</option> }
    });
    let options = options.collect_view();
    let off = off.into_iter().map(|label| view! { <option value="" disabled>{label}</option> }).collect_view();
    let follow = move |text: String| {
        if let Some(chosen) = chosen {
            chosen.set(text);
        }
    };
    view! {
        <Field name label help optional refused=refused scope>
            <select
                id=id.clone()
                name=name
                aria-describedby=format!("{id}-help")
                aria-invalid=move || problem(refused, name).map(|_| "true")
                on:change:target=move |event| follow(event.target().value())
            >
                {options}
                {off}
            </select>
        </Field>
    }
}
