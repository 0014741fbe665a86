//! What a port belongs to, how it stands, and who may change it.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::dashboard::api::ports::title;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::networks::network_name;
use crate::model::identity::Me;
use crate::model::network::{Network, Port};
use crate::model::{InstanceId, router};

/// What the port belongs to, as a link where that has a page.
#[component]
pub fn Device(port: Port, instances: StoredValue<BTreeMap<InstanceId, String>>) -> impl IntoView {
    let id = port.device_id;
    match port.device_owner.as_str() {
        owner if owner.starts_with("compute:") => {
            let known = instances.with_value(|instances| instances.get(&InstanceId(id.clone())).cloned());
            let name = known.unwrap_or_else(|| id.chars().take(8).collect());
            view! { <a href=format!("/instances/{id}")>{name}</a> }.into_any()
        }
        router::INTERFACE => view! { <a href=format!("/routers/{id}")>{tr!(ports.of_router)}</a> }.into_any(),
        router::GATEWAY => view! { <a href=format!("/routers/{id}")>{tr!(ports.of_gateway)}</a> }.into_any(),
        router::FLOATING_IP => {
            view! { <a href=format!("/floating-ips/{id}")>{tr!(ports.of_floating_ip)}</a> }.into_any()
        }
        "network:dhcp" => tr!(networks.dhcp_port).into_any(),
        "" => tr!(common.none).into_any(),
        other => other.to_owned().into_any(),
    }
}

/// A free port among other choices: "kept · 10.0.0.5 on private".
pub fn free_port_label(port: &Port, networks: &[Network]) -> String {
    let name = if port.name.is_empty() { tr!(floating_ips.free_port) } else { &port.name };
    let (ip, network) = (title(port), network_name(networks, &port.network_id));
    tr!(floating_ips.target, name = name, ip = ip, network = network)
}

/// Its status, and whether it is switched off.
#[component]
pub fn PortState(port: Port) -> impl IntoView {
    let (tone, label) = match (port.admin_state_up, port.status.as_str()) {
        (false, _) => (Tone::Neutral, tr!(networks.down)),
        (_, "ACTIVE") => (Tone::Positive, tr!(networks.port_active)),
        (_, "BUILD") => (Tone::Info, tr!(networks.port_build)),
        _ => (Tone::Neutral, tr!(networks.port_down)),
    };
    view! { <Badge tone label /> }
}

/// Why this person cannot change the port, if so; ports of DHCP and routers are changed with those.
pub fn why_not_change(port: &Port, me: &Me) -> Option<String> {
    let service = port.device_owner.starts_with("network:");
    match (me.can_write, me.is_admin || port.project_id == me.project.id, service) {
        (false, ..) => Some(tr!(common.needs_member).to_owned()),
        (_, false, _) => Some(tr!(networks.not_yours).to_owned()),
        (.., true) => Some(tr!(networks.port_in_use).to_owned()),
        _ => None,
    }
}

/// Why this person cannot delete the port, if so.
pub fn why_not_delete(port: &Port, me: &Me) -> Option<String> {
    let taken = !port.device_owner.is_empty();
    why_not_change(port, me).or_else(|| taken.then(|| tr!(networks.port_in_use).to_owned()))
}
