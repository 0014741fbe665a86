//! `/network/v2.0/reachability`: can one reach another? An extension of Arcus' own.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::reach::{Finding, Place, Question, Traffic};
use crate::model::security_group::NewRule;
use crate::model::{Error, InstanceId, PortId, Reason, Result};

/// `POST`: every station of the way with its verdict. Nothing is sent, and nothing is changed.
pub async fn ask(State(services): State<Services>, auth: Auth, Body(body): Body<Ask>) -> Result<Json<Value>, Failure> {
    let answer = services.network.reachability(&auth.ctx, body.reachability.try_into()?).await?;
    let checks: Vec<Value> = answer.findings.iter().map(view).collect();
    Ok(Json(json!({ "reachability": { "reachable": answer.reachable, "checks": checks } })))
}

/// The body.
#[derive(Deserialize)]
pub struct Ask {
    reachability: Wanted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    from: End,
    to: End,
    /// A name or a number; none or `any` for every protocol.
    protocol: Option<Value>,
    /// The destination port, or the ICMP type.
    port: Option<u16>,
}

/// One of the three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    port_id: Option<PortId>,
    instance_id: Option<InstanceId>,
    address: Option<String>,
}

impl TryFrom<Wanted> for Question {
    type Error = Error;

    fn try_from(wanted: Wanted) -> Result<Self> {
        let protocol = wanted.protocol.map(|protocol| match protocol {
            Value::String(name) => name,
            number => number.to_string(),
        });
        let traffic = Traffic { protocol: protocol.filter(|protocol| protocol != "null"), port: wanted.port };
        Ok(Self { from: place("from", wanted.from)?, to: place("to", wanted.to)?, traffic })
    }
}

fn place(field: &str, end: End) -> Result<Place> {
    match (end.port_id, end.instance_id, end.address) {
        (Some(port), None, None) => Ok(Place::Port(port)),
        (None, Some(instance), None) => Ok(Place::Instance(instance)),
        (None, None, Some(text)) => {
            let address: Result<IpAddr, _> = text.trim().parse();
            address.map(Place::Address).map_err(|_| Error::on(field, Reason::BadAddress { value: text }))
        }
        _ => {
            let why = format!("{field} takes one of port_id, instance_id and address");
            Err(Error::on(field, Reason::Malformed { why }))
        }
    }
}

fn view(finding: &Finding) -> Value {
    let mut view = json!({
        "check": finding.check(),
        "verdict": finding.verdict(),
        "sentence": finding.to_string(),
    });
    let (rule, group) = finding.rule();
    let evidence = [
        ("rule_id", rule.map(|rule| json!(rule))),
        ("security_group_id", group.map(|group| json!(group))),
        ("missing_rule", finding.missing_rule().map(missing)),
    ];
    for (name, value) in evidence {
        if let Some(value) = value {
            view[name] = value;
        }
    }
    view
}

/// As `POST /security-group-rules` takes it.
fn missing(rule: &NewRule) -> Value {
    json!({
        "security_group_id": rule.security_group_id,
        "direction": rule.direction,
        "ethertype": rule.ethertype,
        "protocol": rule.protocol,
        "port_range_min": rule.port_min,
        "port_range_max": rule.port_max,
        "remote_ip_prefix": rule.remote_ip_prefix,
    })
}
