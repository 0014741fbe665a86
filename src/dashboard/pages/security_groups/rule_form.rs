//! Adding rules: the usual ones by one press, any other by a form.

use leptos::prelude::*;

use crate::dashboard::api::security_groups::CreateRule;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;

/// Label, protocol and port of the usual rules; all let in from anywhere.
const PRESETS: [(&str, &str, &str); 5] =
    [("SSH", "tcp", "22"), ("HTTP", "tcp", "80"), ("HTTPS", "tcp", "443"), ("Ping", "icmp", "8"), ("ICMP", "icmp", "")];

/// Presets and the form, for the group of that id.
#[component]
pub fn AddRule(group: String, action: ServerAction<CreateRule>, why_not: Option<String>) -> impl IntoView {
    let presets = PRESETS.map(|preset| view! { <Preset group=group.clone() preset action why_not=why_not.clone() /> });
    view! {
        <section class="add-rule">
            <h2>{tr!(security_groups.add)}</h2>
            <div class="buttons">
                <span class="quiet">{tr!(security_groups.from_anywhere)}</span>
                {presets.into_iter().collect_view()}
            </div>
            <Custom group action why_not />
        </section>
    }
}

#[component]
fn Preset(
    group: String,
    preset: (&'static str, &'static str, &'static str),
    action: ServerAction<CreateRule>,
    why_not: Option<String>,
) -> impl IntoView {
    let (name, protocol, port) = preset;
    let label = match (name, port) {
        ("Ping", _) => tr!(security_groups.preset_ping).to_owned(),
        ("ICMP", _) => tr!(security_groups.preset_icmp).to_owned(),
        _ => format!("{name} ({port})"),
    };
    // An ICMP echo request has type 8 and code 0.
    let last = if name == "Ping" { "0" } else { port };
    view! {
        <ActionForm action>
            <input type="hidden" name="group" value=group />
            <input type="hidden" name="protocol" value=protocol />
            <input type="hidden" name="port_min" value=port />
            <input type="hidden" name="port_max" value=last />
            <Submit label icon=Picture::Plus why_not />
        </ActionForm>
    }
}

#[component]
fn Custom(group: String, action: ServerAction<CreateRule>, why_not: Option<String>) -> impl IntoView {
    let refused = refused(action);
    let group = StoredValue::new(group);
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
                    <TextField name="remote_group_id" label=tr!(security_groups.remote_group) optional=true mono=true help=tr!(security_groups.remote_group_help).to_owned() refused />
                    <SelectField name="ethertype" label=tr!(security_groups.ethertype) options=ethertypes() refused />
                    <TextField name="description" label=tr!(common.description) optional=true refused />
                </div>
                <Submit label=tr!(security_groups.add) look=Look::Primary busy=action.pending() />
            </ActionForm>
        </Disclosure>
    }
}

fn choices(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    choices.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}
