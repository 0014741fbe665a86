//! What people see: Leptos pages, rendered on the server and made interactive in the browser.

use leptos::prelude::*;

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    view! { <main></main> }
}
