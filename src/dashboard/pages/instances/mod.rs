//! Instances.

use leptos::prelude::*;

use crate::dashboard::components::PageHeader;
use crate::dashboard::i18n::tr;

/// The page.
#[component]
pub fn InstancesPage() -> impl IntoView {
    view! { <PageHeader title=tr!(instances.title) /> }
}

/// The page.
#[component]
pub fn InstancePage() -> impl IntoView {
    view! { <PageHeader title=tr!(instances.title) /> }
}
