//! Hosts.

use leptos::prelude::*;

use crate::dashboard::components::PageHeader;
use crate::dashboard::i18n::tr;

/// The page.
#[component]
pub fn HostsPage() -> impl IntoView {
    view! { <PageHeader title=tr!(hosts.title) /> }
}
