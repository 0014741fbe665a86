//! Security groups.

use leptos::prelude::*;

use crate::dashboard::components::PageHeader;
use crate::dashboard::i18n::tr;

/// The page.
#[component]
pub fn SecurityGroupsPage() -> impl IntoView {
    view! { <PageHeader title=tr!(security_groups.title) /> }
}

/// The page.
#[component]
pub fn SecurityGroupPage() -> impl IntoView {
    view! { <PageHeader title=tr!(security_groups.title) /> }
}
