//! The first page: what the project uses, and its latest instances.

use leptos::prelude::*;

use crate::dashboard::api::instances::instances;
use crate::dashboard::api::quota::usage;
use crate::dashboard::components::{
    ButtonLink, Column, ErrorCard, Look, Meter, PageHeader, Picture, StatusBadge, Table, Time,
};
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::instances::Addresses;
use crate::dashboard::sizes::mib;
use crate::dashboard::words::{capital, resource};
use crate::model::Noun;
use crate::model::instance::{Instance, InstanceFilter, InstanceSort};
use crate::model::page::PageRequest;
use crate::model::quota::{Resource as Counted, Usage};

/// How many of the latest instances are shown.
const LATEST: u32 = 5;

/// The page of `/`.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let news = use_live().any(Noun::Instance);
    let counted = [Noun::Network, Noun::Port, Noun::Router, Noun::FloatingIp, Noun::Volume, Noun::Snapshot];
    let counted = counted.map(|noun| use_live().any(noun));
    let used = Resource::new(move || (news.get(), counted.iter().map(Signal::get).sum::<u32>()), |_| usage());
    let latest = Resource::new(
        move || news.get(),
        |_| {
            let page = PageRequest { sort: InstanceSort::Created, descending: true, offset: 0, limit: LATEST };
            instances(InstanceFilter::default(), page)
        },
    );
    view! {
        <PageHeader title=tr!(overview.title)>
            <ButtonLink href="/launch" label=tr!(common.nav_launch) look=Look::Primary icon=Picture::Plus />
        </PageHeader>
        <Transition fallback=|| view! { <p class="quiet">{tr!(common.loading)}</p> }>
            {move || Suspend::new(async move {
                match latest.await {
                    Ok(page) if page.rows.is_empty() => view! { <Start /> }.into_any(),
                    Ok(page) => view! { <Latest rows=page.rows /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
            {move || Suspend::new(async move {
                match used.await {
                    Ok(usages) => view! { <Meters usages /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// What to do first, for a project that has nothing yet.
#[component]
fn Start() -> impl IntoView {
    let steps = [
        ("/keypairs", tr!(overview.start_key), tr!(overview.start_key_text)),
        ("/launch", tr!(overview.start_launch), tr!(overview.start_launch_text)),
        ("/instances", tr!(overview.start_watch), tr!(overview.start_watch_text)),
    ];
    let steps = steps.map(|(href, title, text)| view! { <li><a href=href>{title}</a><p class="quiet">{text}</p></li> });
    view! {
        <section class="card start">
            <h2>{tr!(overview.start)}</h2>
            <ol>{steps.into_iter().collect::<Vec<_>>()}</ol>
            <ButtonLink href="/launch" label=tr!(common.nav_launch) look=Look::Primary icon=Picture::Plus />
        </section>
    }
}

#[component]
fn Latest(rows: Vec<Instance>) -> impl IntoView {
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(common.status)),
        Column::new(tr!(instances.addresses)),
        Column::new(tr!(common.created)),
    ];
    let rows = rows.into_iter().map(|instance| {
        view! {
            <tr>
                <th scope="row"><a href=format!("/instances/{}", instance.id)>{instance.name.clone()}</a></th>
                <td><StatusBadge status=instance.status() task=instance.task_state /></td>
                <td><Addresses addresses=instance.addresses /></td>
                <td><Time at=instance.created_at /></td>
            </tr>
        }
    });
    let rows = rows.collect::<Vec<_>>();
    view! {
        <section>
            <h2 class="section-title">{tr!(overview.latest)} <a href="/instances">{tr!(overview.all_instances)}</a></h2>
            <Table caption=tr!(overview.latest) columns>{rows}</Table>
        </section>
    }
}

#[component]
fn Meters(usages: Vec<Usage>) -> impl IntoView {
    let meters = usages.into_iter().map(|usage| {
        let amount = if usage.resource == Counted::Ram { mib } else { |count: i64| count.to_string() };
        view! { <Meter label=capital(&resource(usage.resource.as_str())) used=usage.used limit=usage.limit amount /> }
    });
    view! {
        <section class="section">
            <h2 class="section-title">{tr!(overview.quota)}</h2>
            <div class="meters">{meters.collect::<Vec<_>>()}</div>
        </section>
    }
}
