//! One network: its subnets with their use, its ports.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::edit::Edit;
use super::list::{DeleteNetworkButton, whose, why_not_change};
use super::names::AdminState;
use super::subnets;
use crate::dashboard::api::instances::instance_names;
use crate::dashboard::api::networks::{DeleteNetwork, UpdateNetwork, network};
use crate::dashboard::api::ports::{CreatePort, DeletePort, ports as ports_of};
use crate::dashboard::api::security_groups::security_groups;
use crate::dashboard::api::subnets::{CreateSubnet, DeleteSubnet};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::ports::{AddPort, GroupChoice, Ports};
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::network::{Network, Port, bridge_name};
use crate::model::security_group::SecurityGroup;
use crate::model::{Error, InstanceId, NetworkId, Noun, Result};

type Loaded = Resource<Result<(Network, Vec<Port>, BTreeMap<InstanceId, String>)>>;

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
    let loaded: Loaded = Resource::new(
        move || (id.get(), changes()),
        |(id, _)| async move {
            let id = NetworkId(id);
            let (network, ports) = (network(id.clone()).await?, ports_of(Some(id)).await?);
            Ok::<_, Error>((network, ports, instance_names().await?))
        },
    );
    let groups_changed = live.any(Noun::SecurityGroup);
    let groups = Resource::new(move || groups_changed.get(), |_| security_groups());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, loaded.await) {
                    (Ok(me), Ok((network, ports, instances))) => view! {
                        <Header network=network.clone() me=me.clone() delete />
                        <ErrorSummary refused=refused(delete) />
                        <ErrorSummary refused=refused(remove_subnet) />
                        <ErrorSummary refused=refused(remove_port) />
                        <Facts network=network.clone() me=me.clone() />
                        <subnets::Subnets network=network.clone() me=me.clone() action=remove_subnet />
                        <Ports network ports instances me action=remove_port />
                    }
                    .into_any(),
                    (_, Err(error)) => view! { <PageHeader title=tr!(networks.title) /><ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
        <Transition><Forms loaded groups update add_subnet add_port /></Transition>
    }
}

#[component]
fn Forms(
    loaded: Loaded,
    groups: Resource<Result<Vec<SecurityGroup>>>,
    update: ServerAction<UpdateNetwork>,
    add_subnet: ServerAction<CreateSubnet>,
    add_port: ServerAction<CreatePort>,
) -> impl IntoView {
    let session = use_session();
    // News that change nothing here leave what is typed alone.
    let known = Memo::new(move |_| {
        let network = loaded.get()?.ok().map(|(network, ..)| network)?;
        Some((session.me.get()?.ok()?, network, groups.get()?.ok()?))
    });
    move || {
        known.get().map(|(me, network, groups)| {
            let why_not = why_not_change(&network, &me);
            let (id, groups) = (network.id.to_string(), GroupChoice::of(&groups, None));
            view! {
                <div class="disclosures">
                    <subnets::AddSubnet network=id.clone() action=add_subnet why_not=why_not.clone() />
                    <AddPort network=id groups action=add_port why_not=session.no_write() />
                    <Edit network is_admin=me.is_admin action=update why_not />
                </div>
            }
        })
    }
}

#[component]
fn Header(network: Network, me: Me, delete: ServerAction<DeleteNetwork>) -> impl IntoView {
    let crumbs = vec![Crumb::new(tr!(networks.title), "/networks")];
    let up = network.admin_state_up;
    let without_subnet = network.subnets.is_empty();
    let why_not = without_subnet.then(|| tr!(networks.no_subnet_text).to_owned());
    view! {
        <PageHeader title=network.name.clone() crumbs beside=move || view! { <AdminState up /> }>
            <ButtonLink href=format!("/launch?networks[]={}", network.id) label=tr!(networks.launch) look=Look::Primary icon=Picture::Start why_not />
            <DeleteNetworkButton network me delete />
        </PageHeader>
    }
}

#[component]
fn Facts(network: Network, me: Me) -> impl IntoView {
    let whose = whose(&network, &me);
    let segment = segment(&network);
    let Network { id, description, external, mtu, port_security, created_at, .. } = network;
    let bridge = bridge_name(&id);
    view! {
        <Properties>
            {(!description.is_empty()).then(|| view! { <Property label=tr!(common.description)>{description}</Property> })}
            <Property label=tr!(common.id) copy=id.to_string()><code>{id.to_string()}</code></Property>
            <Property label=tr!(networks.whose)>{whose}</Property>
            {external.then(|| view! { <Property label=tr!(networks.external)>{tr!(networks.external_text)}</Property> })}
            {me.is_admin.then(|| view! { <Property label=tr!(networks.segment)>{segment}</Property> })}
            {(!port_security).then(|| view! { <Property label=tr!(ports.security)>{tr!(networks.no_port_security_text)}</Property> })}
            <Property label=tr!(networks.mtu)>{mtu}</Property>
            <Property label=tr!(networks.bridge) copy=bridge.clone()><code>{bridge}</code></Property>
            <Property label=tr!(common.created)><Time at=created_at /></Property>
        </Properties>
    }
}

/// Which segment it is: "vlan 120 · provider".
fn segment(network: &Network) -> String {
    let number = network.segmentation_id.map(|number| format!(" {number}")).unwrap_or_default();
    let physical = network.physical_network.as_ref().map(|name| format!(" · {name}")).unwrap_or_default();
    format!("{}{number}{physical}", network.provider_type)
}
