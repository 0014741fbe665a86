//! Console.

use leptos::prelude::*;

use crate::dashboard::components::PageHeader;
use crate::dashboard::i18n::tr;

/// The page.
#[component]
pub fn ConsolePage() -> impl IntoView {
    view! { <PageHeader title=tr!(instances.title) /> }
}

/// The page.
#[component]
pub fn StandaloneConsolePage() -> impl IntoView {
    view! { <PageHeader title=tr!(instances.title) /> }
}
