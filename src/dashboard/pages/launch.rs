//! Launch.

use leptos::prelude::*;

use crate::dashboard::components::PageHeader;
use crate::dashboard::i18n::tr;

/// The page.
#[component]
pub fn LaunchPage() -> impl IntoView {
    view! { <PageHeader title=tr!(launch.title) /> }
}
