//! `/volume/v3/{project}/os-quota-sets/{id}`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::asked::says;
use super::caller::{Caller, Of};
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::Pairs;
use crate::http::openstack::python::whole_number;
use crate::http::openstack::schema::{self, Field, Kind, invalid, may};
use crate::model::quota::{Resource, Usage};
use crate::model::{ProjectId, Result};

/// What can be limited.
pub const LIMITED: [(&str, Resource); 3] =
    [("volumes", Resource::Volumes), ("snapshots", Resource::Snapshots), ("gigabytes", Resource::Gigabytes)];

/// Limits that stay as they are: there are no backups and no groups, and a volume or a type of them has no limit of its own.
const FIXED: [(&str, i64); 7] = [
    ("per_volume_gigabytes", -1),
    ("backups", 0),
    ("backup_gigabytes", 0),
    ("groups", 0),
    ("volumes___DEFAULT__", -1),
    ("snapshots___DEFAULT__", -1),
    ("gigabytes___DEFAULT__", -1),
];

const FIELDS: &[Field] = &[
    may("force", Kind::Boolean),
    may("tenant_id", Kind::Text(0, 255)),
    may("volumes", Kind::Integer(-1)),
    may("snapshots", Kind::Integer(-1)),
    may("gigabytes", Kind::Integer(-1)),
    may("per_volume_gigabytes", Kind::Integer(-1)),
    may("backups", Kind::Integer(-1)),
    may("backup_gigabytes", Kind::Integer(-1)),
    may("groups", Kind::Integer(-1)),
    may("volumes___DEFAULT__", Kind::Integer(-1)),
    may("snapshots___DEFAULT__", Kind::Integer(-1)),
    may("gigabytes___DEFAULT__", Kind::Integer(-1)),
];

/// `GET`: the limits, with `usage` also what is used of them.
pub async fn show(caller: Caller, Path(Of { id }): Path<Of<ProjectId>>, query: Pairs) -> Result<Json<Value>, Failure> {
    let usage = caller.services.quota.usage_of(&caller.auth.ctx, &id).await?;
    let set = match says(&query, "usage") {
        true => set(&usage, |limit, used| json!({ "limit": limit, "in_use": used, "reserved": 0, "allocated": 0 })),
        false => set(&usage, |limit, _| json!(limit)),
    };
    Ok(Json(json!({ "quota_set": named(set, &id) })))
}

/// `GET …/defaults`: the limits of a project for which nobody set any.
pub async fn defaults(_: Caller, Path(Of { id }): Path<Of<ProjectId>>) -> Json<Value> {
    Json(json!({ "quota_set": named(usual(), &id) }))
}

/// `GET …/os-quota-class-sets/{id}`: there is one class.
pub async fn class(_: Caller, Path(Of { id }): Path<Of<ProjectId>>) -> Json<Value> {
    Json(json!({ "quota_class_set": named(usual(), &id) }))
}

/// `PUT`: sets some of the limits; -1 for none.
pub async fn update(
    caller: Caller,
    Path(Of { id }): Path<Of<ProjectId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let mut wanted: BTreeMap<String, Value> = schema::read(body, "quota_set", FIELDS, caller.version)?;
    wanted.remove("force");
    wanted.remove("tenant_id");
    let limits =
        wanted.iter().filter_map(|(name, value)| limit(name, value).transpose()).collect::<Result<Vec<_>>>()?;
    caller.services.quota.set_all(&caller.auth.ctx, &id, &limits).await?;
    let usage = caller.services.quota.usage_of(&caller.auth.ctx, &id).await?;
    Ok(Json(json!({ "quota_set": set(&usage, |limit, _| json!(limit)) })))
}

/// What is to be set; none if it is as it would be already.
fn limit(name: &str, value: &Value) -> Result<Option<(Resource, i64)>> {
    let limit = whole_number(value).unwrap_or_default();
    match LIMITED.iter().find(|(limited, _)| *limited == name) {
        Some((_, resource)) => Ok(Some((*resource, limit))),
        None if FIXED.contains(&(name, limit)) => Ok(None),
        None => Err(invalid(name, value, "This limit cannot be changed.".into())),
    }
}

/// `DELETE`: the usual limits hold again.
pub async fn reset(caller: Caller, Path(Of { id }): Path<Of<ProjectId>>) -> Result<StatusCode, Failure> {
    caller.services.quota.reset(&caller.auth.ctx, &id, &LIMITED.map(|(_, resource)| resource)).await?;
    Ok(StatusCode::OK)
}

fn usual() -> Map<String, Value> {
    let usage = LIMITED.map(|(_, resource)| Usage { resource, used: 0, limit: resource.default_limit() });
    set(&usage, |limit, _| json!(limit))
}

fn set(usage: &[Usage], each: impl Fn(i64, i64) -> Value) -> Map<String, Value> {
    let limited = LIMITED.iter().filter_map(|(name, resource)| {
        let usage = usage.iter().find(|usage| usage.resource == *resource)?;
        Some(((*name).to_owned(), each(usage.limit, usage.used)))
    });
    limited.chain(FIXED.iter().map(|(name, limit)| ((*name).to_owned(), each(*limit, 0)))).collect()
}

fn named(mut set: Map<String, Value>, id: &ProjectId) -> Map<String, Value> {
    set.insert("id".to_owned(), json!(id));
    set
}
