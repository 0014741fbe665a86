//! Text as a machine wrote it, or wants it.

use leptos::prelude::*;

use super::copy::CopyButton;

/// A block of text with a button that copies it.
#[component]
pub fn CodeBlock(
    #[prop(into)] text: String,
    /// What it is; read out, and named by the copy button.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <figure class="code">
            <figcaption>{label.clone()}<CopyButton text=text.clone() what=label.clone() /></figcaption>
            <pre tabindex="0" aria-label=label>{text}</pre>
        </figure>
    }
}
