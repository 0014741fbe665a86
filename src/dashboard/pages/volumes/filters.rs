//! The list's filters, as they stand in the address.

use leptos::prelude::*;
use leptos_router::components::Form;

use crate::dashboard::components::query::{param, url, with_params};
use crate::dashboard::components::{Icon, Look, Picture, Submit};
use crate::dashboard::i18n::tr;
use crate::dashboard::words;
use crate::model::volume::{Volume, VolumeStatus};

/// What the address asks for; empty where it asks for nothing.
#[derive(Clone, Copy)]
pub struct Filter {
    name: Memo<String>,
    status: Memo<String>,
}

impl Filter {
    /// Follows the address.
    pub fn new() -> Self {
        Self { name: param("q"), status: param("status") }
    }

    /// Whether any is set. Reactive.
    pub fn is_set(self) -> bool {
        !(self.name.with(String::is_empty) && self.status.with(String::is_empty))
    }

    /// Whether the volume is to be shown. Reactive.
    pub fn lets_through(self, volume: &Volume) -> bool {
        let named = self.name.with(|name| volume.title().to_lowercase().contains(&name.trim().to_lowercase()));
        named && self.status.with(|status| status.is_empty() || volume.status.as_str() == status)
    }

    /// The address without filters. Reactive.
    pub fn cleared() -> String {
        url().with(|url| with_params(url, &[("q", ""), ("status", "")]))
    }
}

/// The filter form; a plain GET, so that a filtered list is an address.
#[component]
pub fn Filters(filter: Filter) -> impl IntoView {
    let Filter { name, status } = filter;
    let statuses = VolumeStatus::ALL.iter().map(move |choice| {
        let value = choice.as_str();
        view! { <option value=value selected=move || status.get() == value>{words::volume_status(*choice)}</option> }
    });
    view! {
        <Form method="GET" action="/volumes" attr:class="filters" attr:role="search">
            <input type="search" name="q" value=name aria-label=tr!(volumes.filter_name) placeholder=tr!(volumes.filter_name) />
            <select name="status" aria-label=tr!(common.status)>
                <option value="">{tr!(volumes.any_status)}</option>
                {statuses.collect_view()}
            </select>
            <Submit label=tr!(common.apply) look=Look::Plain icon=Picture::Search />
            {move || filter.is_set().then(|| view! {
                <a class="btn quiet" href=Filter::cleared><Icon picture=Picture::Close /><span>{tr!(common.clear_filters)}</span></a>
            })}
        </Form>
    }
}
