//! One floating IP in words, and what can be done with it.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::dashboard::api::floating_ips::{Disassociate as DisassociateCall, Release as ReleaseCall};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::networks::network_name;
use crate::model::identity::Me;
use crate::model::network::Network;
use crate::model::router::{FloatingIp, FloatingTarget, Router};
use crate::model::{InstanceId, RouterId};

/// What the things around floating IPs are called.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Names {
    pub networks: Vec<Network>,
    pub routers: Vec<Router>,
    pub instances: BTreeMap<InstanceId, String>,
}

impl Names {
    fn router(&self, id: &RouterId) -> String {
        let known = self.routers.iter().find(|router| router.id == *id);
        known.map_or_else(|| id.to_string(), |router| router.name.clone())
    }
}

/// A row of the list.
#[component]
pub fn Row(
    floating: FloatingIp,
    names: StoredValue<Names>,
    me: Me,
    disassociate: ServerAction<DisassociateCall>,
    release: ServerAction<ReleaseCall>,
) -> impl IntoView {
    let href = format!("/floating-ips/{}", floating.id);
    let why_not = why_not_change(&floating, &me);
    let network = floating.network_id.clone();
    let network_label = names.with_value(|names| network_name(&names.networks, &network));
    let leads = floating.target.clone().map(|target| view! { <LeadsTo target names /> });
    let router = floating.target.as_ref().map(|target| {
        let name = names.with_value(|names| names.router(&target.router_id));
        view! { <a href=format!("/routers/{}", target.router_id)>{name}</a> }
    });
    let change = match floating.target {
        Some(_) => {
            view! { <Disassociate floating=floating.clone() action=disassociate why_not=why_not.clone() look=Look::Quiet /> }
                .into_any()
        }
        None => {
            let why_not = why_not.clone();
            view! { <ButtonLink href=href.clone() label=tr!(floating_ips.associate) look=Look::Quiet why_not /> }
                .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row"><a href=href><code>{floating.address.to_string()}</code></a></th>
            <td><a href=format!("/networks/{network}")>{network_label}</a></td>
            <td>{leads.map_or_else(|| view! { <span class="quiet">{tr!(floating_ips.nowhere)}</span> }.into_any(), IntoAny::into_any)}</td>
            <td>{router}</td>
            <td>{floating.description.clone()}</td>
            <td class="actions">
                {change}
                <Release floating action=release why_not look=Look::Quiet />
            </td>
        </tr>
    }
}

/// The instance (else the port) and its address.
#[component]
pub fn LeadsTo(target: FloatingTarget, names: StoredValue<Names>) -> impl IntoView {
    let FloatingTarget { port_id, fixed_ip, device_id, .. } = target;
    let instance = (!device_id.is_empty()).then(|| {
        let id = InstanceId(device_id.clone());
        let name = names.with_value(|names| names.instances.get(&id).cloned());
        let name = name.unwrap_or_else(|| device_id.chars().take(8).collect());
        view! { <a href=format!("/instances/{id}")>{name}</a> " · " }
    });
    view! { {instance}<a href=format!("/networks/ports/{port_id}")><code>{fixed_ip.to_string()}</code></a> }
}

/// Why this person cannot change the floating IP, if so.
pub fn why_not_change(floating: &FloatingIp, me: &Me) -> Option<String> {
    match (me.can_write, me.is_admin || floating.project_id == me.project.id) {
        (false, _) => Some(tr!(common.needs_member).to_owned()),
        (_, false) => Some(tr!(networks.not_yours).to_owned()),
        _ => None,
    }
}

/// The button that leads it nowhere, and its question.
#[component]
pub fn Disassociate(
    floating: FloatingIp,
    action: ServerAction<DisassociateCall>,
    why_not: Option<String>,
    #[prop(default = Look::Plain)] look: Look,
    /// The page to go on to.
    #[prop(optional, into)]
    next: String,
) -> impl IntoView {
    let (id, address) = (floating.id.to_string(), floating.address.to_string());
    view! {
        <Confirm
            id=format!("disassociate-{id}")
            label=tr!(floating_ips.disassociate)
            look
            why_not
            title=tr!(floating_ips.disassociate_named, address = address)
            done=action.version()
        >
            <p>{tr!(floating_ips.disassociate_text)}</p>
            <ActionForm action>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="next" value=next />
                <Submit label=tr!(floating_ips.disassociate) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}

/// The button that gives it back, and its question.
#[component]
pub fn Release(
    floating: FloatingIp,
    action: ServerAction<ReleaseCall>,
    why_not: Option<String>,
    #[prop(default = Look::Danger)] look: Look,
) -> impl IntoView {
    let (id, address) = (floating.id.to_string(), floating.address.to_string());
    view! {
        <Confirm
            id=format!("release-{id}")
            label=tr!(floating_ips.release)
            look
            icon=Picture::Delete
            why_not
            title=tr!(floating_ips.release_named, address = address.clone())
            done=action.version()
        >
            <p>{tr!(floating_ips.release_text)}</p>
            <ActionForm action>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="name" value=address />
                <Submit label=tr!(floating_ips.release) look=Look::Danger />
                <AsCommand />
            </ActionForm>
        </Confirm>
    }
}
