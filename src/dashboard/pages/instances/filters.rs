//! The list's filters, sort and page, as they stand in the address.

use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_url;
use leptos_router::location::Url;

use crate::dashboard::components::query::{PAGE_SIZE, page_number, param, with_params};
use crate::dashboard::components::{Icon, Look, Picture, Submit};
use crate::dashboard::i18n::tr;
use crate::dashboard::session::use_session;
use crate::dashboard::words;
use crate::model::instance::{InstanceFilter, InstanceSort};
use crate::model::page::PageRequest;
use crate::model::state::Status;

const FILTERS: [&str; 4] = ["q", "ip", "status", "all"];

/// What the address asks for.
pub fn request(url: &Url) -> (InstanceFilter, PageRequest<InstanceSort>) {
    let params = url.search_params();
    let text = |name| params.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = InstanceFilter {
        name: text("q"),
        status: text("status").and_then(|word| word.parse().ok()),
        ip: text("ip"),
        all_projects: text("all").is_some(),
        ..InstanceFilter::default()
    };
    let sort = match text("sort").as_deref() {
        Some("name") => InstanceSort::Name,
        Some("status") => InstanceSort::Status,
        _ => InstanceSort::Created,
    };
    // Newest first, until somebody sorts.
    let descending = match text("sort") {
        Some(_) => text("order").as_deref() == Some("desc"),
        None => true,
    };
    let offset = (page_number(url) - 1).saturating_mul(PAGE_SIZE);
    (filter, PageRequest { sort, descending, offset, limit: PAGE_SIZE })
}

/// Whether any filter is set.
pub fn any(url: &Url) -> bool {
    FILTERS.iter().any(|name| url.search_params().get(name).is_some_and(|text| !text.is_empty()))
}

/// The address without filters.
pub fn without(url: &Url) -> String {
    with_params(url, &[("q", ""), ("ip", ""), ("status", ""), ("all", ""), ("page", "")])
}

/// The filter form; a plain GET, so that a filtered list is an address.
#[component]
pub fn Filters() -> impl IntoView {
    let url = use_url();
    let session = use_session();
    let (name, ip, status, all) = (param("q"), param("ip"), param("status"), param("all"));
    let statuses = Status::ALL.iter().filter(|status| **status != Status::Deleted).map(move |choice| {
        let value = choice.as_str();
        view! { <option value=value selected=move || status.get() == value>{words::status(*choice)}</option> }
    });
    view! {
        <Form method="GET" action="/instances" attr:class="filters" attr:role="search">
            <input type="search" name="q" value=name aria-label=tr!(instances.filter_name) placeholder=tr!(instances.filter_name) />
            <input type="search" name="ip" value=ip class="mono" aria-label=tr!(instances.filter_ip) placeholder=tr!(instances.filter_ip) />
            <select name="status" aria-label=tr!(common.status)>
                <option value="">{tr!(instances.any_status)}</option>
                {statuses.collect_view()}
            </select>
            <Transition>
                {move || Suspend::new(async move {
                    session.me.await.is_ok_and(|me| me.is_admin).then(|| view! {
                        <label><input type="checkbox" name="all" value="true" checked=move || !all.get().is_empty() /> {tr!(instances.all_projects)}</label>
                    })
                })}
            </Transition>
            <Submit label=tr!(common.apply) look=Look::Plain icon=Picture::Search />
            {move || url.with(any).then(|| view! {
                <a class="btn quiet" href=move || url.with(without)><Icon picture=Picture::Close /><span>{tr!(common.clear_filters)}</span></a>
            })}
        </Form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(params: &[(&str, &str)]) -> Url {
        let mut url = Url::default();
        for (name, value) in params {
            url.search_params_mut().insert((*name).to_owned(), (*value).to_owned());
        }
        url
    }

    #[test]
    fn without_anything_in_the_address_the_newest_come_first() {
        let (filter, page) = request(&url(&[]));
        assert_eq!(filter, InstanceFilter::default());
        assert_eq!((page.sort, page.descending, page.offset), (InstanceSort::Created, true, 0));
    }

    #[test]
    fn filters_sort_and_page_come_from_the_address() {
        let (filter, page) = request(&url(&[("q", " web "), ("status", "ACTIVE"), ("sort", "name"), ("page", "3")]));
        assert_eq!((filter.name.as_deref(), filter.status), (Some("web"), Some(Status::Active)));
        assert_eq!((page.sort, page.descending, page.offset), (InstanceSort::Name, false, 2 * PAGE_SIZE));
    }
}
