//! What can be said of a port at any time: for a new one, and for one that is there.

use leptos::prelude::*;

use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::pages::security_groups::effect;
use crate::model::SecurityGroupId;
use crate::model::network::Port;
use crate::model::security_group::SecurityGroup;

/// A group that can be ticked, with what it lets in or whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupChoice {
    pub id: SecurityGroupId,
    pub name: String,
    pub effect: String,
    pub ticked: bool,
}

impl GroupChoice {
    /// The project's groups, of which the port has the ticked ones; `default` for a new port.
    pub fn of(groups: &[SecurityGroup], port: Option<&Port>) -> Vec<Self> {
        let choice = |group: &SecurityGroup| Self {
            id: group.id.clone(),
            name: group.name.clone(),
            effect: tr!(launch.group_effect, effect = effect(group, groups)),
            ticked: port.map_or(group.name == "default", |port| port.security_groups.contains(&group.id)),
        };
        // An administrator may look at a port with another project's groups, which must not get lost.
        let held = port.map_or(&[][..], |port| &port.security_groups);
        let others = held.iter().filter(|id| !groups.iter().any(|group| group.id == **id));
        let other = |id: &SecurityGroupId| Self {
            id: id.clone(),
            name: id.to_string(),
            effect: tr!(networks.not_yours).to_owned(),
            ticked: true,
        };
        groups.iter().map(choice).chain(others.map(other)).collect()
    }
}

/// Switches, groups and further addresses.
#[component]
pub fn PortFields(
    groups: Vec<GroupChoice>,
    #[prop(default = false)] down: bool,
    #[prop(default = false)] no_port_security: bool,
    #[prop(optional, into)] pairs: String,
    refused: Refused,
    #[prop(optional)] scope: &'static str,
) -> impl IntoView {
    let rows = groups.into_iter().map(|group| {
        view! {
            <label class="choice choice-row">
                <input type="checkbox" name="security_groups[]" value=group.id.to_string() checked=group.ticked />
                <span class="choice-text">
                    <strong>{group.name}</strong>
                    <span class="quiet">{group.effect}</span>
                </span>
            </label>
        }
    });
    let rows = rows.collect_view();
    view! {
        <fieldset>
            <legend>{tr!(launch.security_groups)}</legend>
            <div class="choice-list">{rows}</div>
            {move || problem(Some(refused), "security_groups").map(|text| view! { <p class="problem">{text}</p> })}
        </fieldset>
        <TextAreaField
            name="allowed_address_pairs"
            label=tr!(ports.pairs)
            value=pairs
            rows=2
            mono=true
            optional=true
            placeholder="10.10.0.100"
            help=tr!(ports.pairs_help).to_owned()
            refused
            scope
        />
        <TickField name="no_port_security" label=tr!(ports.no_security) help=tr!(ports.no_security_help).to_owned() checked=no_port_security />
        <TickField name="admin_down" label=tr!(networks.switch_off) help=tr!(ports.switch_off_help).to_owned() checked=down />
    }
}
