//! One port.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::device::{Device, PortState, why_not_change};
use super::edit::{Edit, pair_text};
use super::fields::GroupChoice;
use super::table::DeletePortButton;
use crate::dashboard::api::instances::instance_names;
use crate::dashboard::api::networks::network;
use crate::dashboard::api::ports::{DeletePort, UpdatePort, port, title};
use crate::dashboard::api::security_groups::security_groups;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::identity::Me;
use crate::model::network::{Network, Port};
use crate::model::security_group::SecurityGroup;
use crate::model::{Error, InstanceId, Noun, PortId, Result};

/// What the page shows of and around a port.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Known {
    port: Port,
    network: Network,
    groups: Vec<SecurityGroup>,
    instances: BTreeMap<InstanceId, String>,
}

type Loaded = Resource<Result<Known>>;

/// The page of `/networks/ports/:id`.
#[component]
pub fn PortPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let (update, delete) = (ServerAction::<UpdatePort>::new(), ServerAction::<DeletePort>::new());
    let groups_changed = live.any(Noun::SecurityGroup);
    let loaded: Loaded = Resource::new(
        move || {
            let id = id.get();
            (live.one(Noun::Port, &id).get(), groups_changed.get(), update.version().get(), id)
        },
        |(.., id)| async move {
            let port = port(PortId(id)).await?;
            let network = network(port.network_id.clone()).await?;
            let (groups, instances) = (security_groups().await?, instance_names().await?);
            Ok::<_, Error>(Known { port, network, groups, instances })
        },
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match (session.me.await, loaded.await) {
                    (Ok(me), Ok(known)) => view! { <Whole known me delete /> }.into_any(),
                    (_, Err(error)) => view! { <PageHeader title=tr!(networks.ports) /><ErrorCard error /> }.into_any(),
                    // The layout says why nobody is known to be signed in.
                    (Err(_), _) => ().into_any(),
                }
            })}
        </Transition>
        <Transition><Form loaded action=update /></Transition>
    }
}

#[component]
fn Whole(known: Known, me: Me, delete: ServerAction<DeletePort>) -> impl IntoView {
    let Known { port, network, groups, instances } = known;
    let crumbs = vec![
        Crumb::new(tr!(networks.title), "/networks"),
        Crumb::new(network.name, format!("/networks/{}", network.id)),
    ];
    let (badge, deleted) = (port.clone(), port.clone());
    view! {
        <PageHeader title=title(&port) crumbs beside=move || view! { <PortState port=badge.clone() /> }>
            <DeletePortButton port=deleted me action=delete />
        </PageHeader>
        <ErrorSummary refused=refused(delete) />
        <Facts port groups instances />
    }
}

#[component]
fn Facts(port: Port, groups: Vec<SecurityGroup>, instances: BTreeMap<InstanceId, String>) -> impl IntoView {
    let instances = StoredValue::new(instances);
    let (tap, device) = (port.tap_name(), port.clone());
    let pairs = port.allowed_address_pairs.iter().map(|pair| view! { <li><code>{pair_text(pair)}</code></li> });
    let pairs = pairs.collect::<Vec<_>>();
    let names = port.security_groups.iter().map(|id| {
        let known = groups.iter().find(|group| group.id == *id);
        let name = known.map_or_else(|| id.to_string(), |group| group.name.clone());
        view! { <li><a href=format!("/security-groups/{id}")>{name}</a></li> }
    });
    let names = names.collect::<Vec<_>>();
    let addresses = port.fixed_ips.iter().map(|fixed| fixed.ip.to_string()).collect::<Vec<_>>().join(", ");
    let Port { id, name, description, mac, host, port_security, created_at, .. } = port;
    view! {
        <Properties>
            {(!name.is_empty()).then(|| view! { <Property label=tr!(common.name)>{name}</Property> })}
            {(!description.is_empty()).then(|| view! { <Property label=tr!(common.description)>{description}</Property> })}
            <Property label=tr!(common.id) copy=id.to_string()><code>{id.to_string()}</code></Property>
            <Property label=tr!(networks.address) copy=addresses.clone()><code>{addresses}</code></Property>
            <Property label=tr!(networks.mac) copy=mac.clone()><code>{mac}</code></Property>
            <Property label=tr!(networks.device)><Device port=device instances /></Property>
            <Property label=tr!(ports.security)>{if port_security { tr!(ports.security_on) } else { tr!(ports.security_off) }}</Property>
            <Property label=tr!(launch.security_groups)>
                {if names.is_empty() { tr!(common.none).into_any() } else { view! { <ul>{names}</ul> }.into_any() }}
            </Property>
            {(!pairs.is_empty()).then(|| view! { <Property label=tr!(ports.pairs)><ul>{pairs}</ul></Property> })}
            <Property label=tr!(networks.tap) copy=tap.clone()><code>{tap}</code></Property>
            {(!host.is_empty()).then(|| view! { <Property label=tr!(routers.host)>{host}</Property> })}
            <Property label=tr!(common.created)><Time at=created_at /></Property>
        </Properties>
    }
}

#[component]
fn Form(loaded: Loaded, action: ServerAction<UpdatePort>) -> impl IntoView {
    let session = use_session();
    // News that change nothing here leave what is typed alone.
    let known = Memo::new(move |_| {
        let Known { port, groups, .. } = loaded.get()?.ok()?;
        let why_not = why_not_change(&port, &session.me.get()?.ok()?);
        Some((port, groups, why_not))
    });
    move || {
        known.get().map(|(port, groups, why_not)| {
            let groups = GroupChoice::of(&groups, Some(&port));
            view! { <Edit port groups action why_not /> }
        })
    }
}
