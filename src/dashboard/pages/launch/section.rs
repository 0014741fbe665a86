//! One part of the form: heading, what is wrong with it, its choices.

use leptos::prelude::*;

use crate::dashboard::components::Refused;
use crate::dashboard::reason::explain;

/// A headed group of fields. A refusal of one of `names` is shown here; links to `#name` lead here.
#[component]
pub fn Section(
    #[prop(into)] title: String,
    /// The request's members that are chosen here; the first is the section's id.
    names: &'static [&'static str],
    refused: Refused,
    children: Children,
) -> impl IntoView {
    let problem = move || {
        let error = refused.get()?;
        let here = error.field.as_deref().is_some_and(|field| names.contains(&field));
        here.then(|| view! { <p class="problem">{explain(&error.reason).line()}</p> })
    };
    view! {
        <fieldset class="launch-section" id=names.first().copied() tabindex="-1">
            <legend><h2>{title}</h2></legend>
            {problem}
            {children()}
        </fieldset>
    }
}
