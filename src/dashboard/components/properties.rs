//! What a thing is, line by line.

use leptos::prelude::*;

use super::copy::CopyButton;

/// A list of [`Property`] lines.
#[component]
pub fn Properties(children: Children) -> impl IntoView {
    view! { <dl class="properties">{children()}</dl> }
}

/// One line: a label and what it says.
#[component]
pub fn Property(
    #[prop(into)] label: String,
    /// Puts a copy button for this text beside it.
    #[prop(optional, into)]
    copy: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <div>
            <dt>{label.clone()}</dt>
            <dd>
                <span>{children()}</span>
                {copy.map(|text| view! { <CopyButton text what=label /> })}
            </dd>
        </div>
    }
}
