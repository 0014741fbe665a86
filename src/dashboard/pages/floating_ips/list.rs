//! All floating IPs of the project.

use leptos::prelude::*;

use super::allocate::Allocate as AllocateForm;
use super::row::{Names, Row};
use crate::dashboard::api::floating_ips::{Allocate, Disassociate, Release, floating_choices, floating_ips};
use crate::dashboard::api::instances::instance_names;
use crate::dashboard::api::networks::networks;
use crate::dashboard::api::routers::routers;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::router::FloatingIp;
use crate::model::{Error, Noun};

/// The list, with a form that takes one more.
#[component]
pub fn FloatingIpsPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let allocate = ServerAction::<Allocate>::new();
    let disassociate = ServerAction::<Disassociate>::new();
    let release = ServerAction::<Release>::new();
    let news = [Noun::FloatingIp, Noun::Router, Noun::Network, Noun::Port].map(|noun| live.any(noun));
    let changes = move || {
        let heard: u32 = news.iter().map(Signal::get).sum();
        (heard, allocate.version().get(), disassociate.version().get(), release.version().get())
    };
    let choices = Resource::new(changes, |_| floating_choices());
    let list = Resource::new(changes, |_| async {
        let rows = floating_ips().await?;
        let names =
            Names { networks: networks().await?, routers: routers().await?, instances: instance_names().await? };
        Ok::<_, Error>((rows, names))
    });
    view! {
        <PageHeader title=tr!(floating_ips.title) />
        <p class="lead">{tr!(floating_ips.lead)}</p>
        <ErrorSummary refused=refused(disassociate) />
        <ErrorSummary refused=refused(release) />
        <Transition><AllocateForm choices action=allocate /></Transition>
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, list.await) {
                    (Ok(me), Ok((rows, names))) => view! { <Rows rows names me disassociate release /> }.into_any(),
                    (_, Err(error)) => view! { <ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Rows(
    rows: Vec<FloatingIp>,
    names: Names,
    me: Me,
    disassociate: ServerAction<Disassociate>,
    release: ServerAction<Release>,
) -> impl IntoView {
    if rows.is_empty() {
        let kind = Empty::Nothing {
            title: tr!(floating_ips.empty).to_owned(),
            text: tr!(floating_ips.empty_text).to_owned(),
            action: None,
        };
        return view! { <EmptyState kind picture=Picture::FloatingIp /> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(networks.address)),
        Column::new(tr!(routers.external_network)),
        Column::new(tr!(floating_ips.leads_to)),
        Column::new(tr!(floating_ips.router)),
        Column::new(tr!(common.description)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let names = StoredValue::new(names);
    let rows = rows.into_iter().map(|floating| {
        view! { <Row floating names me=me.clone() disassociate release /> }
    });
    let rows = rows.collect_view();
    view! { <Table caption=tr!(floating_ips.title) columns>{rows}</Table> }.into_any()
}
