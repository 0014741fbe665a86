//! The stations of a way, each with what it does, and with what would help where it stops.

use leptos::prelude::*;

use super::words;
use crate::dashboard::api::security_groups::CreateRule;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::model::reach::{Finding, Verdict};
use crate::model::security_group::NewRule;

/// In the order in which the packet meets them.
#[component]
pub fn Stations(findings: Vec<Finding>, add: ServerAction<CreateRule>, why_not: Option<String>) -> impl IntoView {
    let stations = findings.into_iter().map(|finding| view! { <Station finding add why_not=why_not.clone() /> });
    view! { <ol class="stations">{stations.collect_view()}</ol> }
}

#[component]
fn Station(finding: Finding, add: ServerAction<CreateRule>, why_not: Option<String>) -> impl IntoView {
    let (class, picture, verdict) = match finding.verdict() {
        Verdict::Passes => ("station passes", Picture::Check, tr!(reach.passes)),
        Verdict::Stops => ("station stops", Picture::Close, tr!(reach.stops)),
        Verdict::Unknown => ("station unknown", Picture::Question, tr!(reach.unknown)),
    };
    let evidence =
        words::evidence(&finding).map(|(href, label)| view! { <a class="station-evidence" href=href>{label}</a> });
    let sentence = words::sentence(&finding);
    view! {
        <li class=class>
            <Icon picture />
            <div>
                <p class="station-name">{words::check(finding.check())} " " <span class="quiet">{verdict}</span></p>
                <p>{sentence} " " {evidence}</p>
                {finding.missing_rule().cloned().map(|rule| view! { <Missing rule add why_not /> })}
            </div>
        </li>
    }
}

/// Adds the missing rule, for this peer alone or for everybody.
#[component]
pub fn Missing(rule: NewRule, add: ServerAction<CreateRule>, why_not: Option<String>) -> impl IntoView {
    let anybody = NewRule { remote_ip_prefix: None, ..rule.clone() };
    let buttons = [rule, anybody].map(|rule| {
        let label = words::add(&rule);
        let hidden = fields(rule).map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        let why_not = why_not.clone();
        view! {
            <ActionForm action=add>
                {hidden.into_iter().collect_view()}
                <Submit label icon=Picture::Plus busy=add.pending() why_not />
                <AsCommand />
            </ActionForm>
        }
    });
    view! { <div class="buttons">{buttons.into_iter().collect_view()}</div> }
}

/// The rule as the form of a security group's page sends it.
fn fields(rule: NewRule) -> [(&'static str, String); 7] {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    [
        ("group", rule.security_group_id.to_string()),
        ("direction", rule.direction.to_string()),
        ("ethertype", rule.ethertype.to_string()),
        ("protocol", rule.protocol.unwrap_or_default()),
        ("port_min", number(rule.port_min)),
        ("port_max", number(rule.port_max)),
        ("remote_ip_prefix", rule.remote_ip_prefix.unwrap_or_default()),
    ]
}
