//! All routers of the project.

use leptos::prelude::*;

use super::gateway::GatewayFields;
use super::state::{RouterState, why_not_change};
use crate::dashboard::api::networks::networks;
use crate::dashboard::api::routers::{CreateRouter, DeleteRouter, routers};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::networks::{NetworkLink, external_choices};
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::network::Network;
use crate::model::router::Router;
use crate::model::{Error, Noun, Result};

type Loaded = Resource<Result<(Vec<Router>, Vec<Network>)>>;

/// The list, with a form for a new one.
#[component]
pub fn RoutersPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let create = ServerAction::<CreateRouter>::new();
    let delete = ServerAction::<DeleteRouter>::new();
    let (router, network) = (live.any(Noun::Router), live.any(Noun::Network));
    let loaded: Loaded = Resource::new(
        move || (router.get(), network.get(), create.version().get(), delete.version().get()),
        |_| async { Ok::<_, Error>((routers().await?, networks().await?)) },
    );
    view! {
        <PageHeader title=tr!(routers.title) />
        <p class="lead">{tr!(routers.lead)}</p>
        <ErrorSummary refused=refused(delete) />
        <Transition><NewRouter loaded action=create /></Transition>
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, loaded.await) {
                    (Ok(me), Ok((rows, networks))) => view! { <Rows rows networks me delete /> }.into_any(),
                    (_, Err(error)) => view! { <ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn NewRouter(loaded: Loaded, action: ServerAction<CreateRouter>) -> impl IntoView {
    let session = use_session();
    let refused = refused(action);
    // News that change none of the choices leave what is typed alone.
    let known = Memo::new(move |_| {
        let external = loaded.get()?.ok().map(|(_, networks)| external_choices(&networks))?;
        let is_admin = session.me.get()?.ok()?.is_admin;
        Some((external, is_admin, session.no_write()))
    });
    move || {
        known.get().map(|(external, is_admin, why_not)| {
            let external = StoredValue::new(external);
            view! {
            <Disclosure label=tr!(routers.create) refused done=successes(action) why_not>
                <ActionForm action>
                    <ErrorSummary refused />
                    <div class="fields">
                        <TextField name="name" label=tr!(common.name) required=true placeholder="router-1" refused />
                        <TextField name="description" label=tr!(common.description) optional=true refused />
                    </div>
                    <GatewayFields external=external.get_value() is_admin refused optional=true />
                    <Submit label=tr!(routers.create) look=Look::Primary busy=action.pending() />
                    <AsCommand />
                </ActionForm>
            </Disclosure>
        }})
    }
}

#[component]
fn Rows(rows: Vec<Router>, networks: Vec<Network>, me: Me, delete: ServerAction<DeleteRouter>) -> impl IntoView {
    if rows.is_empty() {
        let kind = Empty::Nothing {
            title: tr!(routers.empty).to_owned(),
            text: tr!(routers.empty_text).to_owned(),
            action: None,
        };
        return view! { <EmptyState kind picture=Picture::Router /> }.into_any();
    }
    let mut columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(common.status)),
        Column::new(tr!(routers.external_network)),
        Column::new(tr!(routers.outer_address)),
        Column::new(tr!(routers.interfaces)).number(),
    ];
    if me.is_admin {
        columns.push(Column::new(tr!(routers.host)));
    }
    columns.push(Column::new(tr!(common.actions)).actions());
    let networks = StoredValue::new(networks);
    let rows = rows.into_iter().map(|router| view! { <Row router networks me=me.clone() delete /> }).collect_view();
    view! { <Table caption=tr!(routers.title) columns>{rows}</Table> }.into_any()
}

#[component]
fn Row(
    router: Router,
    networks: StoredValue<Vec<Network>>,
    me: Me,
    delete: ServerAction<DeleteRouter>,
) -> impl IntoView {
    let outer = router.gateway.as_ref().map(|gateway| addresses(&gateway.fixed_ips));
    let external = router.gateway.as_ref().map(|gateway| {
        let id = gateway.network_id.clone();
        view! { <NetworkLink networks id /> }
    });
    let host = me.is_admin.then(|| view! { <td>{router.host.clone()}</td> });
    view! {
        <tr>
            <th scope="row"><a href=format!("/routers/{}", router.id)>{router.name.clone()}</a></th>
            <td><RouterState router=router.clone() /></td>
            <td>{external}</td>
            <td><code>{outer}</code></td>
            <td class="number">{router.interfaces.len()}</td>
            {host}
            <td class="actions"><DeleteRouterButton router me delete look=Look::Quiet /></td>
        </tr>
    }
}

/// Addresses in one line.
pub(super) fn addresses(fixed: &[crate::model::network::FixedIp]) -> String {
    fixed.iter().map(|fixed| fixed.ip.to_string()).collect::<Vec<_>>().join(", ")
}

/// The button and its question; a router that joins something stays, and says why.
#[component]
pub(super) fn DeleteRouterButton(
    router: Router,
    me: Me,
    delete: ServerAction<DeleteRouter>,
    #[prop(default = Look::Danger)] look: Look,
) -> impl IntoView {
    let joins = !router.interfaces.is_empty();
    let why_not = why_not_change(&router, &me).or_else(|| joins.then(|| tr!(routers.joins_something).to_owned()));
    let Router { id, name, .. } = router;
    view! {
        <Confirm
            id=format!("delete-{id}")
            label=tr!(common.delete)
            look
            icon=Picture::Delete
            why_not
            title=tr!(common.delete_named, name = name.clone())
            done=delete.version()
        >
            <p>{tr!(routers.delete_text)}</p>
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="name" value=name />
                <Submit label=tr!(common.delete) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}
