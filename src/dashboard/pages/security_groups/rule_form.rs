//! Adding rules: the usual ones by one press, any other by a form.

use leptos::prelude::*;

use crate::dashboard::api::security_groups::{CreateRule, PRESETS};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::words::capital;

/// Presets and the form, for the group of that id; `peers` are the project's groups by id and name.
#[component]
pub fn AddRule(
    group: String,
    peers: Vec<(String, String)>,
    action: ServerAction<CreateRule>,
    preset: ServerAction<CreateRule>,
    why_not: Option<String>,
) -> impl IntoView {
    view! {
        <section class="add-rule">
            <h2>{tr!(security_groups.add)}</h2>
            <Presets group=group.clone() action=preset why_not=why_not.clone() />
            <Custom group peers action why_not />
        </section>
    }
}

/// One form with a button for each of the usual rules, and one field that says for whom.
#[component]
fn Presets(group: String, action: ServerAction<CreateRule>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let each = PRESETS.map(|(word, protocol, port, _)| (word.to_owned(), preset(word, protocol, port))).to_vec();
    let buttons = PRESETS.map(|(word, protocol, port, _)| {
        let label = preset(word, protocol, port);
        let (busy, why_not) = (action.pending(), why_not.clone());
        view! { <Submit label icon=Picture::Plus name="preset" value=word busy why_not /> }
    });
    view! {
        <ActionForm action attr:class="presets">
            <ErrorSummary refused scope="preset-" />
            <input type="hidden" name="group" value=group />
            <TextField
                name="remote_ip_prefix"
                scope="preset-"
                label=tr!(security_groups.preset_from)
                optional=true
                mono=true
                placeholder="0.0.0.0/0"
                help=tr!(security_groups.preset_from_help).to_owned()
                refused
            />
            <div class="buttons">{buttons.into_iter().collect_view()}</div>
            <AsCommand buttons=Buttons { name: "preset", each } />
        </ActionForm>
    }
}

fn preset(word: &str, protocol: &str, port: &str) -> String {
    match word {
        "ping" => tr!(security_groups.preset_ping).to_owned(),
        _ if port.is_empty() => capital(&tr!(security_groups.all_of, protocol = protocol.to_uppercase())),
        _ => format!("{} ({port})", word.to_uppercase()),
    }
}

#[component]
fn Custom(
    group: String,
    peers: Vec<(String, String)>,
    action: ServerAction<CreateRule>,
    why_not: Option<String>,
) -> impl IntoView {
    let refused = refused(action);
    let group = StoredValue::new(group);
    let peers = StoredValue::new(peers);
    let members = move || {
        let none = (String::new(), tr!(security_groups.remote_group_none).to_owned());
        [none].into_iter().chain(peers.get_value()).collect::<Vec<_>>()
    };
    let directions = || choices(&[("ingress", tr!(security_groups.ingress)), ("egress", tr!(security_groups.egress))]);
    let protocols =
        || choices(&[("tcp", "TCP"), ("udp", "UDP"), ("icmp", "ICMP"), ("", tr!(security_groups.any_protocol))]);
    let ethertypes = || choices(&[("IPv4", "IPv4"), ("IPv6", "IPv6")]);
    view! {
        <Disclosure label=tr!(security_groups.custom) refused done=successes(action) why_not>
            <ActionForm action>
                <ErrorSummary refused />
                <input type="hidden" name="group" value=group.get_value() />
                <div class="fields">
                    <SelectField name="direction" label=tr!(security_groups.direction) options=directions() refused />
                    <SelectField name="protocol" label=tr!(security_groups.protocol) options=protocols() refused />
                    <TextField name="port_min" label=tr!(security_groups.port_min) optional=true placeholder="8080" help=tr!(security_groups.port_help).to_owned() refused />
                    <TextField name="port_max" label=tr!(security_groups.port_max) optional=true placeholder="8090" refused />
                    <TextField name="remote_ip_prefix" label=tr!(security_groups.remote) optional=true mono=true placeholder="203.0.113.0/24" help=tr!(security_groups.remote_help).to_owned() refused />
                    <SelectField name="remote_group_id" label=tr!(security_groups.remote_group) options=members() optional=true help=tr!(security_groups.remote_group_help).to_owned() refused />
                    <SelectField name="ethertype" label=tr!(security_groups.ethertype) options=ethertypes() refused />
                    <TextField name="description" label=tr!(common.description) optional=true refused />
                </div>
                <Submit label=tr!(security_groups.add) look=Look::Primary busy=action.pending() />
                <AsCommand />
            </ActionForm>
        </Disclosure>
    }
}

fn choices(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    choices.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}
