//! `/compute/v2.1/os-server-groups`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::schema::{self, Field, Kind, invalid, may, must};
use super::server_query::{count, limit};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::python::{whole_number, word_of_truth};
use crate::model::server_group::{NewServerGroup, Policy, ServerGroup};
use crate::model::{Result, ServerGroupId};

/// From here on the owner is shown.
const OWNED: u16 = 13;
const SOFT: u16 = 15;
/// One policy with rules, instead of a list of policies with metadata.
const ONE_POLICY: u16 = 64;

const NEW: &[Field] = &[
    must("name", Kind::Text(1, 255)),
    may("policies", Kind::List).until(ONE_POLICY - 1),
    may("policy", Kind::Text(1, 255)).since(ONE_POLICY),
    may("rules", Kind::Any).since(ONE_POLICY),
];

#[derive(Deserialize)]
struct New {
    name: String,
    #[serde(default)]
    policies: Vec<Value>,
    policy: Option<String>,
    #[serde(default)]
    rules: BTreeMap<String, Value>,
}

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let all = value(&query, "all_projects").map(|text| word_of_truth(text).unwrap_or(true)).unwrap_or(false);
    let (offset, limit) = (count(&query, "offset")?.unwrap_or(0), limit(&query)?);
    let groups = services.compute.server_groups(&auth.ctx, all).await?;
    let shown: Vec<Value> = groups.iter().skip(offset).take(limit).map(|group| view(group, version)).collect();
    Ok(Json(json!({ "server_groups": shown })))
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<ServerGroupId>,
) -> Result<Json<Value>, Failure> {
    let group = services.compute.server_group(&auth.ctx, &id).await?;
    Ok(Json(json!({ "server_group": view(&group, version) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let New { name, policies, policy, rules } = schema::read(body, "server_group", NEW, version)?;
    let policy = if version.0 < ONE_POLICY { only(&policies, version)? } else { named(policy.as_deref(), version)? };
    let wanted = NewServerGroup { name, policy, max_per_host: max_per_host(policy, &rules)? };
    let group = services.compute.create_server_group(&auth.ctx, wanted).await.map_err(Failure::in_body)?;
    Ok(Json(json!({ "server_group": view(&group, version) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<ServerGroupId>,
) -> Result<StatusCode, Failure> {
    services.compute.delete_server_group(&auth.ctx, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn only(policies: &[Value], version: Microversion) -> Result<Policy> {
    match policies {
        [Value::String(policy)] => named(Some(policy), version),
        [] => Err(invalid("policies", &json!(policies), "[] is too short".into())),
        other => Err(invalid("policies", &json!(other), "one policy is expected".into())),
    }
}

fn named(word: Option<&str>, version: Microversion) -> Result<Policy> {
    let known = Policy::ALL.iter().filter(|policy| version.0 >= SOFT || !is_soft(**policy));
    let Some(word) = word else {
        return Err(invalid("server_group", &Value::Null, "'policy' is a required property".into()));
    };
    match known.clone().find(|policy| policy.as_str() == word) {
        Some(policy) => Ok(*policy),
        None => {
            let words: Vec<String> = known.map(|policy| format!("'{policy}'")).collect();
            Err(invalid("policy", &json!(word), format!("'{word}' is not one of [{}]", words.join(", "))))
        }
    }
}

fn is_soft(policy: Policy) -> bool {
    matches!(policy, Policy::SoftAffinity | Policy::SoftAntiAffinity)
}

/// As `rules` say: one instance a host, unless they say more.
fn max_per_host(policy: Policy, rules: &BTreeMap<String, Value>) -> Result<u32> {
    const RULE: &str = "max_server_per_host";
    if let Some((name, value)) = rules.iter().find(|(name, _)| *name != RULE) {
        return Err(invalid(
            "rules",
            value,
            format!("Additional properties are not allowed ('{name}' was unexpected)"),
        ));
    }
    let Some(rule) = rules.get(RULE) else { return Ok(1) };
    if policy != Policy::AntiAffinity {
        return Err(invalid("rules", rule, "Only anti-affinity policy supports rules.".into()));
    }
    let number = whole_number(rule).and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
    number.ok_or_else(|| invalid(RULE, rule, "a whole number from 1 on is expected".into()))
}

fn view(group: &ServerGroup, version: Microversion) -> Value {
    let mut view = json!({ "id": group.id, "name": group.name, "members": group.members });
    if version.0 >= OWNED {
        view["project_id"] = json!(group.project_id);
        view["user_id"] = json!(group.user_id);
    }
    if version.0 < ONE_POLICY {
        view["policies"] = json!([group.policy]);
        view["metadata"] = json!({});
    } else {
        view["policy"] = json!(group.policy);
        view["rules"] = match group.policy {
            Policy::AntiAffinity if group.max_per_host > 1 => json!({ "max_server_per_host": group.max_per_host }),
            _ => json!({}),
        };
    }
    view
}
