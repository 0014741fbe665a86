//! All networks that the project may use.

use leptos::prelude::*;

use super::create::NewNetwork;
use super::names::AdminState;
use crate::dashboard::api::networks::{CreateNetwork, DeleteNetwork, networks};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::Noun;
use crate::model::identity::Me;
use crate::model::network::Network;

/// The list, with a form that makes a network and its first subnet in one go.
#[component]
pub fn NetworksPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let create = ServerAction::<CreateNetwork>::new();
    let delete = ServerAction::<DeleteNetwork>::new();
    let (network, subnet) = (live.any(Noun::Network), live.any(Noun::Subnet));
    let list = Resource::new(
        move || (network.get(), subnet.get(), create.version().get(), delete.version().get()),
        |_| networks(),
    );
    view! {
        <PageHeader title=tr!(networks.title) />
        <p class="lead">{tr!(networks.lead)}</p>
        <ErrorSummary refused=refused(delete) />
        <Transition><NewNetwork action=create /></Transition>
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, list.await) {
                    (Ok(me), Ok(rows)) => view! { <Rows rows me delete /> }.into_any(),
                    (_, Err(error)) => view! { <ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Rows(rows: Vec<Network>, me: Me, delete: ServerAction<DeleteNetwork>) -> impl IntoView {
    if rows.is_empty() {
        let kind = Empty::Nothing {
            title: tr!(networks.empty).to_owned(),
            text: tr!(networks.empty_text).to_owned(),
            action: None,
        };
        return view! { <EmptyState kind picture=Picture::Network /> }.into_any();
    }
    let columns = vec![
        Column::new(tr!(common.name)),
        Column::new(tr!(common.status)),
        Column::new(tr!(networks.subnets)),
        Column::new(tr!(networks.used)).number(),
        Column::new(tr!(networks.whose)),
        Column::new(tr!(common.actions)).actions(),
    ];
    let rows = rows.into_iter().map(|network| view! { <Row network me=me.clone() delete /> }).collect_view();
    view! { <Table caption=tr!(networks.title) columns>{rows}</Table> }.into_any()
}

#[component]
fn Row(network: Network, me: Me, delete: ServerAction<DeleteNetwork>) -> impl IntoView {
    let subnets = network.subnets.iter().map(|subnet| subnet.cidr.to_string()).collect::<Vec<_>>().join(", ");
    let subnets = if subnets.is_empty() { tr!(networks.no_subnet).to_owned() } else { subnets };
    let used: i64 = network.subnets.iter().map(|subnet| subnet.used).sum();
    let capacity: i64 = network.subnets.iter().map(|subnet| subnet.capacity()).sum();
    view! {
        <tr>
            <th scope="row"><a href=format!("/networks/{}", network.id)>{network.name.clone()}</a></th>
            <td><AdminState up=network.admin_state_up /></td>
            <td>{subnets}</td>
            <td class="number">{tr!(networks.used_of, used = used, capacity = capacity)}</td>
            <td>
                {whose(&network, &me)}
                {network.external.then(|| view! { " " <Badge tone=Tone::Neutral label=tr!(networks.external) /> })}
            </td>
            <td class="actions"><DeleteNetworkButton network me delete look=Look::Quiet /></td>
        </tr>
    }
}

/// Whose network it is, in words.
pub(super) fn whose(network: &Network, me: &Me) -> &'static str {
    match (network.shared, network.project_id == me.project.id) {
        (true, _) => tr!(networks.shared_by_all),
        (false, true) => tr!(networks.mine),
        (false, false) => tr!(networks.other),
    }
}

/// Why this person cannot change the network, if so.
pub(super) fn why_not_change(network: &Network, me: &Me) -> Option<String> {
    match (me.can_write, me.is_admin || network.project_id == me.project.id) {
        (false, _) => Some(tr!(common.needs_member).to_owned()),
        (_, false) => Some(tr!(networks.not_yours).to_owned()),
        _ => None,
    }
}

/// The button and its question.
#[component]
pub(super) fn DeleteNetworkButton(
    network: Network,
    me: Me,
    delete: ServerAction<DeleteNetwork>,
    #[prop(default = Look::Danger)] look: Look,
) -> impl IntoView {
    let why_not = why_not_change(&network, &me);
    let Network { id, name, subnets, .. } = network;
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
            <p>{tr!(networks.delete_text, subnets = subnets.len())}</p>
            <ActionForm action=delete>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="name" value=name />
                <Submit label=tr!(common.delete) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}
