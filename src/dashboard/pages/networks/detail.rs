//! One network: its subnets with their use, its ports.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::list::{DeleteNetworkButton, whose, why_not_change};
use super::{ports, subnets};
use crate::dashboard::api::networks::{DeleteNetwork, UpdateNetwork, network};
use crate::dashboard::api::ports::{CreatePort, DeletePort, ports as ports_of};
use crate::dashboard::api::subnets::{CreateSubnet, DeleteSubnet};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::network::{Network, bridge_name};
use crate::model::{Error, NetworkId, Noun};

/// Every part of a network on one page.
#[component]
pub fn NetworkPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let (update, delete) = (ServerAction::<UpdateNetwork>::new(), ServerAction::<DeleteNetwork>::new());
    let (add_subnet, remove_subnet) = (ServerAction::<CreateSubnet>::new(), ServerAction::<DeleteSubnet>::new());
    let (add_port, remove_port) = (ServerAction::<CreatePort>::new(), ServerAction::<DeletePort>::new());
    let news = [Noun::Network, Noun::Subnet, Noun::Port].map(|noun| live.any(noun));
    let changes = move || {
        let heard: u32 = news.iter().map(Signal::get).sum();
        let subnets = add_subnet.version().get() + remove_subnet.version().get();
        let ports = add_port.version().get() + remove_port.version().get();
        (heard, subnets, ports, update.version().get())
    };
    let loaded = Resource::new(
        move || (id.get(), changes()),
        |(id, _)| async move {
            let id = NetworkId(id);
            Ok::<_, Error>((network(id.clone()).await?, ports_of(Some(id)).await?))
        },
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, loaded.await) {
                    (Ok(me), Ok((network, ports))) => view! {
                        <Header network=network.clone() me=me.clone() delete />
                        <ErrorSummary refused=refused(delete) />
                        <ErrorSummary refused=refused(remove_subnet) />
                        <ErrorSummary refused=refused(remove_port) />
                        <Facts network=network.clone() me=me.clone() />
                        <subnets::Subnets network=network.clone() me=me.clone() action=remove_subnet />
                        <ports::Ports network ports me action=remove_port />
                    }
                    .into_any(),
                    (_, Err(error)) => view! { <PageHeader title=tr!(networks.title) /><ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
        <Transition>
            {move || {
                let me = session.me.get().and_then(Result::ok);
                let network = loaded.get().and_then(Result::ok).map(|(network, _)| network);
                me.zip(network).map(|(me, network)| {
                    let why_not = why_not_change(&network, &me);
                    let id = network.id.to_string();
                    view! {
                        <div class="disclosures">
                            <subnets::AddSubnet network=id.clone() action=add_subnet why_not=why_not.clone() />
                            <ports::AddPort network=id action=add_port why_not=session.no_write() />
                            <Edit network is_admin=me.is_admin action=update why_not />
                        </div>
                    }
                })
            }}
        </Transition>
    }
}

#[component]
fn Header(network: Network, me: Me, delete: ServerAction<DeleteNetwork>) -> impl IntoView {
    let crumbs = vec![Crumb::new(tr!(networks.title), "/networks")];
    let without_subnet = network.subnets.is_empty();
    let why_not = without_subnet.then(|| tr!(networks.no_subnet_text).to_owned());
    view! {
        <PageHeader title=network.name.clone() crumbs>
            <ButtonLink href=format!("/launch?networks[]={}", network.id) label=tr!(networks.launch) look=Look::Primary icon=Picture::Start why_not />
            <DeleteNetworkButton network me delete />
        </PageHeader>
    }
}

#[component]
fn Facts(network: Network, me: Me) -> impl IntoView {
    let whose = whose(&network, &me);
    let Network { id, description, mtu, created_at, .. } = network;
    let bridge = bridge_name(&id);
    view! {
        <Properties>
            {(!description.is_empty()).then(|| view! { <Property label=tr!(common.description)>{description}</Property> })}
            <Property label=tr!(common.id) copy=id.to_string()><code>{id.to_string()}</code></Property>
            <Property label=tr!(networks.whose)>{whose}</Property>
            <Property label=tr!(networks.mtu)>{mtu}</Property>
            <Property label=tr!(networks.bridge) copy=bridge.clone()><code>{bridge}</code></Property>
            <Property label=tr!(common.created)><Time at=created_at /></Property>
        </Properties>
    }
}

#[component]
fn Edit(
    network: Network,
    is_admin: bool,
    action: ServerAction<UpdateNetwork>,
    why_not: Option<String>,
) -> impl IntoView {
    let refused = refused(action);
    let shared = network.shared;
    let network = StoredValue::new(network);
    let of = move |part: fn(&Network) -> String| network.with_value(part);
    view! {
        <Disclosure label=tr!(networks.edit) icon=Picture::Edit refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused scope="edit-" />
                <input type="hidden" name="id" value=of(|network| network.id.to_string()) />
                <TextField name="name" label=tr!(common.name) value=of(|network| network.name.clone()) required=true refused scope="edit-" />
                <TextField name="description" label=tr!(common.description) value=of(|network| network.description.clone()) optional=true refused scope="edit-" />
                {is_admin.then(|| view! { <TickField name="shared" label=tr!(networks.shared) help=tr!(networks.shared_help).to_owned() checked=shared /> })}
                <Submit label=tr!(common.save) look=Look::Primary busy=action.pending() />
            </ActionForm>
        </Disclosure>
    }
}
