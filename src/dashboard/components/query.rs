//! A page's state lives in its address: filters, sort, page, tab.

use leptos::prelude::*;
use leptos_router::hooks::{use_query_map, use_url};
use leptos_router::location::Url;

/// How many rows a page of a list has.
pub const PAGE_SIZE: u32 = 25;

/// The address that the layout holds for everything on the page.
#[derive(Clone, Copy)]
struct Held(ReadSignal<Url>);

/// Holds the address for as long as the layout lives; see [`url`].
pub fn hold_url() {
    provide_context(Held(use_url()));
}

/// The address. Unlike the router's own signal it outlives what is drawn anew, so that a link which the address
/// changes in its last moment still finds it.
pub fn url() -> ReadSignal<Url> {
    use_context().map_or_else(use_url, |Held(url)| url)
}

/// A parameter of the address; empty where there is none.
pub fn param(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get(name).unwrap_or_default()))
}

/// The number of the list's page, from 1.
pub fn page_number(url: &Url) -> u32 {
    url.search_params().get("page").and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}

/// Path and query of an address.
pub fn address(url: &Url) -> String {
    format!("{}{}", url.path(), url.search_params().to_query_string())
}

/// The address with some parameters set, and those with an empty value taken away; also what was just done or refused.
pub fn with_params(url: &Url, changes: &[(&str, &str)]) -> String {
    let mut params = url.search_params().clone();
    // What a form without script brought along concerns the moment, not the page.
    let moment: &[&str] = if params.get("flash").is_some() { &["flash", "name"] } else { &[] };
    for name in moment.iter().chain(&["__path", "__err"]) {
        params.remove(name);
    }
    for (name, value) in changes {
        params.remove(name);
        if !value.is_empty() {
            params.insert((*name).to_owned(), (*value).to_owned());
        }
    }
    format!("{}{}", url.path(), params.to_query_string())
}

/// A text as one parameter's value.
pub fn escape(text: &str) -> String {
    Url::escape(text)
}
