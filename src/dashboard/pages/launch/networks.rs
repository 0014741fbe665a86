//! Where on the network, and what reaches it there.

use leptos::prelude::*;

use super::plan::Plan;
use super::section::Section;
use crate::dashboard::api::launch::LaunchForm;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::ports::free_port_label;
use crate::dashboard::pages::security_groups;
use crate::model::network::{Network, Port};
use crate::model::security_group::SecurityGroup;

/// Networks with an optional address each, and security groups with what they do.
#[component]
pub fn Networks(plan: Plan, refused: Refused) -> impl IntoView {
    let (networks, groups) =
        plan.choices.with_value(|choices| (choices.networks.clone(), choices.security_groups.clone()));
    let body = if networks.is_empty() {
        view! { <p class="card warning">{tr!(launch.no_networks)} " " <a href="/networks">{tr!(launch.to_networks)}</a></p> }
            .into_any()
    } else {
        let rows = networks.into_iter().map(|network| view! { <NetworkRow network plan /> }).collect_view();
        view! { <div class="choice-list">{rows}</div> }.into_any()
    };
    let ports = plan.choices.with_value(|choices| choices.ports.clone());
    let ports = (!ports.is_empty()).then(|| view! { <Ports ports plan /> });
    let effects = groups.iter().map(|group| security_groups::effect(group, &groups)).collect::<Vec<_>>();
    let rows = groups.iter().cloned().zip(effects).map(|(group, effect)| view! { <GroupRow group effect plan /> });
    let rows = rows.collect_view();
    view! {
        <Section title=tr!(launch.network) names=&["networks", "fixed_ip"] refused>{body}{ports}</Section>
        <Section title=tr!(launch.security_groups) names=&["security_groups"] refused>
            <div class="choice-list">{rows}</div>
        </Section>
    }
}

#[component]
fn NetworkRow(network: Network, plan: Plan) -> impl IntoView {
    let id = network.id.to_string();
    let key = LaunchForm::fixed_ip_key(&id);
    let (checked, fixed_ip) = plan
        .form
        .with_untracked(|form| (form.networks.contains(&id), form.fixed_ips.get(&key).cloned().unwrap_or_default()));
    let subnets = network.subnets.iter().map(|subnet| subnet.cidr.to_string()).collect::<Vec<_>>().join(", ");
    let free: i64 = network.subnets.iter().map(|subnet| subnet.capacity() - subnet.used).sum();
    let off = network.subnets.is_empty();
    let about = if off {
        tr!(launch.network_without_subnet).to_owned()
    } else {
        tr!(launch.free_addresses, subnets = subnets, free = free)
    };
    let label = tr!(launch.fixed_ip_on, network = network.name.clone());
    view! {
        <div class="choice">
            <label class="choice-row">
                <input type="checkbox" name="networks[]" value=id.clone() checked=checked disabled=off />
                <span class="choice-text">
                    <strong>{network.name.clone()}</strong>
                    <span class="quiet">{about}</span>
                </span>
            </label>
            {(!off).then(|| view! {
                <input
                    type="text"
                    class="mono fixed-ip"
                    name=format!("fixed_ips[{key}]")
                    value=fixed_ip
                    aria-label=label
                    placeholder=tr!(launch.fixed_ip)
                    autocomplete="off"
                    spellcheck="false"
                />
            })}
        </div>
    }
}

/// Ports made beforehand; each brings its address and groups.
#[component]
fn Ports(ports: Vec<Port>, plan: Plan) -> impl IntoView {
    let chosen = plan.form.with_untracked(|form| form.ports.clone());
    let rows = ports.into_iter().map(|port| {
        let label = plan.choices.with_value(|choices| free_port_label(&port, &choices.networks));
        let checked = chosen.iter().any(|id| id == port.id.as_str());
        view! {
            <label class="choice choice-row">
                <input type="checkbox" name="ports[]" value=port.id.to_string() checked=checked />
                <span class="choice-text">
                    <strong>{label}</strong>
                    <span class="quiet mono">{port.mac}</span>
                </span>
            </label>
        }
    });
    let rows = rows.collect_view();
    view! {
        <p class="help">{tr!(launch.ports)}</p>
        <div class="choice-list">{rows}</div>
    }
}

#[component]
fn GroupRow(group: SecurityGroup, effect: String, plan: Plan) -> impl IntoView {
    let SecurityGroup { id, name, .. } = group;
    let checked = plan
        .form
        .with_untracked(|form| form.security_groups.iter().any(|chosen| *chosen == name || chosen == id.as_str()));
    view! {
        <label class="choice choice-row">
            <input type="checkbox" name="security_groups[]" value=id.to_string() checked=checked />
            <span class="choice-text">
                <strong>{name}</strong>
                <span class="quiet">{tr!(launch.group_effect, effect = effect)}</span>
            </span>
        </label>
    }
}
