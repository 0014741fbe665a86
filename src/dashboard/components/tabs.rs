//! Tabs that are links: the tab is part of the address.

use leptos::prelude::*;

use super::query::{self, with_params};

/// One tab: its value in the address (empty for the first) and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    pub value: &'static str,
    pub label: String,
}

impl Tab {
    /// A tab with that value in the address.
    pub fn new(value: &'static str, label: impl Into<String>) -> Self {
        Self { value, label: label.into() }
    }
}

/// Links that set `?tab=`.
#[component]
pub fn Tabs(
    /// What the tabs are views of.
    #[prop(into)]
    label: String,
    tabs: Vec<Tab>,
) -> impl IntoView {
    let url = query::url();
    let current = move || url.with(|url| url.search_params().get("tab").unwrap_or_default());
    let links = tabs.into_iter().map(|Tab { value, label }| {
        let href = move || url.with(|url| with_params(url, &[("tab", value)]));
        view! { <a href=href aria-current=move || (current() == value).then_some("page")>{label}</a> }
    });
    view! { <nav class="tabs" aria-label=label>{links.collect_view()}</nav> }
}
