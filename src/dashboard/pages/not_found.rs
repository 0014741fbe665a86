//! What stands where nothing is.

use leptos::prelude::*;

use crate::dashboard::components::{Empty, EmptyState, Picture};
use crate::dashboard::i18n::tr;

/// The answer to an unknown address, with status 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    let kind = Empty::Nothing {
        title: tr!(common.page_not_found).into(),
        text: tr!(common.page_not_found_text).into(),
        action: Some(("/".into(), tr!(common.to_overview).into())),
    };
    view! {
        <leptos_meta::Title text=tr!(common.page_not_found) />
        <main id="content" class="alone"><EmptyState kind picture=Picture::Search /></main>
    }
}
