//! `/network/v2.0/quotas/{project}`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::control::{Services, policy};
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::quota::{Resource, Usage};
use crate::model::{Error, Noun, ProjectId, Result};

/// What this service limits, by its own names.
const LIMITED: [(&str, Resource); 7] = [
    ("network", Resource::Networks),
    ("subnet", Resource::Subnets),
    ("port", Resource::Ports),
    ("router", Resource::Routers),
    ("floatingip", Resource::FloatingIps),
    ("security_group", Resource::SecurityGroups),
    ("security_group_rule", Resource::SecurityGroupRules),
];

/// Limits that are everybody's and stay as they are: there are no subnet pools, and any number of RBAC policies.
const FIXED: [(&str, i64); 2] = [("subnetpool", 0), ("rbac_policy", -1)];

/// `GET`: the limits.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(project): Path<ProjectId>,
) -> Result<Json<Value>, Failure> {
    let usage = services.quota.usage_of(&auth.ctx, &project).await?;
    Ok(Json(json!({ "quota": limits(each(&usage, |usage| json!(usage.limit))) })))
}

/// `GET …/details.json`: the limits with what is used of them.
pub async fn details(
    State(services): State<Services>,
    auth: Auth,
    Path(project): Path<ProjectId>,
) -> Result<Json<Value>, Failure> {
    let usage = services.quota.usage_of(&auth.ctx, &project).await?;
    let detail = |usage: &Usage| json!({ "limit": usage.limit, "used": usage.used, "reserved": 0 });
    Ok(Json(json!({ "quota": each(&usage, detail) })))
}

/// `GET …/default`: the limits of a project for which nobody set any.
pub async fn default(auth: Auth, Path(project): Path<ProjectId>) -> Result<Json<Value>, Failure> {
    policy::visible(&auth.ctx, &project, Noun::Project, project.as_str())?;
    let usual = LIMITED.iter().map(|(name, resource)| ((*name).to_owned(), json!(resource.default_limit())));
    Ok(Json(json!({ "quota": limits(usual.collect()) })))
}

/// `PUT`: sets some of the limits; -1 for none.
pub async fn set(
    State(services): State<Services>,
    auth: Auth,
    Path(project): Path<ProjectId>,
    Body(body): Body<Limits>,
) -> Result<Json<Value>, Failure> {
    let changed = body.quota.into_iter().filter(|(name, limit)| !FIXED.contains(&(name.as_str(), *limit)));
    let limits = changed.map(|(name, limit)| Ok((resource(&name)?, limit)));
    services.quota.set_all(&auth.ctx, &project, &limits.collect::<Result<Vec<_>>>()?).await?;
    show(State(services), auth, Path(project)).await
}

/// `DELETE`: the usual limits hold again.
pub async fn reset(
    State(services): State<Services>,
    auth: Auth,
    Path(project): Path<ProjectId>,
) -> Result<StatusCode, Failure> {
    services.quota.reset(&auth.ctx, &project, &LIMITED.map(|(_, resource)| resource)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of a change.
#[derive(Deserialize)]
pub struct Limits {
    quota: BTreeMap<String, i64>,
}

fn resource(name: &str) -> Result<Resource> {
    let found = LIMITED.iter().find(|(known, _)| *known == name);
    found.map(|(_, resource)| *resource).ok_or_else(|| {
        let choices = LIMITED.map(|(name, _)| name).join(", ");
        Error::not_a_choice("quota", name, choices)
    })
}

/// With those that stay as they are.
fn limits(mut changeable: Map<String, Value>) -> Map<String, Value> {
    changeable.extend(FIXED.map(|(name, limit)| (name.to_owned(), json!(limit))));
    changeable
}

fn each(usage: &[Usage], view: impl Fn(&Usage) -> Value) -> Map<String, Value> {
    let found = |resource| usage.iter().find(|usage| usage.resource == resource);
    LIMITED.iter().filter_map(|(name, resource)| Some(((*name).to_owned(), view(found(*resource)?)))).collect()
}
