//! Images.

use leptos::prelude::*;

use crate::dashboard::components::PageHeader;
use crate::dashboard::i18n::tr;

/// The page.
#[component]
pub fn ImagesPage() -> impl IntoView {
    view! { <PageHeader title=tr!(images.title) /> }
}

/// The page.
#[component]
pub fn ImagePage() -> impl IntoView {
    view! { <PageHeader title=tr!(images.title) /> }
}
