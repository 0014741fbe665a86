//! Networks.

use leptos::prelude::*;

use crate::dashboard::components::PageHeader;
use crate::dashboard::i18n::tr;

/// The page.
#[component]
pub fn NetworksPage() -> impl IntoView {
    view! { <PageHeader title=tr!(networks.title) /> }
}

/// The page.
#[component]
pub fn NetworkPage() -> impl IntoView {
    view! { <PageHeader title=tr!(networks.title) /> }
}
