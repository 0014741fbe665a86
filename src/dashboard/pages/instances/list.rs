//! The list of instances.

use leptos::prelude::*;
use leptos_router::hooks::use_url;

use super::bulk::Bulk;
use super::filters::{Filters, any, request, without};
use super::row::Row;
use crate::dashboard::api::instances::{Act, ActOnAll, instances};
use crate::dashboard::components::{
    ButtonLink, Column, Empty, EmptyState, ErrorCard, ErrorSummary, Look, PageHeader, Pagination, Picture, Table,
    refused,
};
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::instance::Instance;
use crate::model::page::Page;
use crate::model::{Error, Noun, Result};

/// The project's instances, with filters, sort and page in the address.
#[component]
pub fn InstancesPage() -> impl IntoView {
    let url = use_url();
    let wanted = Memo::new(move |_| url.with(request));
    let news = use_live().any(Noun::Instance);
    let list = Resource::new(move || (wanted.get(), news.get()), |((filter, page), _)| instances(filter, page));
    view! {
        <PageHeader title=tr!(instances.title)>
            <ButtonLink href="/launch" label=tr!(common.nav_launch) look=Look::Primary icon=Picture::Plus />
        </PageHeader>
        <Filters />
        <Transition fallback=|| view! { <p class="quiet">{tr!(common.loading)}</p> }>
            <List list />
        </Transition>
    }
}

/// What stands on the page; changes of rows alone leave the table where it is, so that menus stay open.
#[derive(Clone, PartialEq)]
enum Shown {
    Loading,
    Nothing,
    NoMatch,
    Rows,
    Failed(Error),
}

#[component]
fn List(list: Resource<Result<Page<Instance>>>) -> impl IntoView {
    let url = use_url();
    let page = Memo::new(move |_| list.get());
    let shown = Memo::new(move |_| match page.get() {
        None => Shown::Loading,
        Some(Err(error)) => Shown::Failed(error),
        Some(Ok(page)) if page.total > 0 => Shown::Rows,
        Some(Ok(_)) if url.with(any) => Shown::NoMatch,
        Some(Ok(_)) => Shown::Nothing,
    });
    let page = Signal::derive(move || page.get().and_then(Result::ok).unwrap_or(Page { rows: Vec::new(), total: 0 }));
    move || match shown.get() {
        Shown::Loading => ().into_any(),
        Shown::Failed(error) => view! { <ErrorCard error /> }.into_any(),
        Shown::NoMatch => view! { <EmptyState kind=Empty::NoMatch { clear: url.with(without) } /> }.into_any(),
        Shown::Nothing => view! { <NothingYet /> }.into_any(),
        Shown::Rows => view! { <Rows page /> }.into_any(),
    }
}

/// For somebody who has no instance yet.
#[component]
pub fn NothingYet() -> impl IntoView {
    let kind = Empty::Nothing {
        title: tr!(instances.nothing).into(),
        text: tr!(instances.nothing_text).into(),
        action: Some(("/launch".into(), tr!(common.nav_launch).into())),
    };
    view! { <EmptyState kind /> }
}

#[component]
fn Rows(page: Signal<Page<Instance>>) -> impl IntoView {
    let act = ServerAction::<Act>::new();
    let all = ServerAction::<ActOnAll>::new();
    let session = use_session();
    let no_write = Signal::derive(move || session.no_write());
    let columns = vec![
        Column::new(tr!(instances.select)).tick(),
        Column::new(tr!(common.name)).sort("name"),
        Column::new(tr!(common.status)).sort("status"),
        Column::new(tr!(instances.image)),
        Column::new(tr!(instances.addresses)),
        Column::new(tr!(instances.flavor)),
        Column::new(tr!(instances.key)),
        Column::new(tr!(common.created)).sort("created"),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = Signal::derive(move || page.with(|page| page.rows.clone()));
    view! {
        <ErrorSummary refused=refused(act) />
        <Bulk all rows no_write />
        <Table caption=tr!(instances.title) columns sorted_by="created" descending=true>
            <For
                each=move || rows.get()
                key=|instance| instance.id.clone()
                children=move |first| view! { <Row first rows act no_write /> }
            />
        </Table>
        <Pagination total=Signal::derive(move || page.with(|page| page.total)) />
    }
}
