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
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::python::whole_number;
use crate::http::openstack::schema::{self, Field, Kind, invalid, may};
use crate::model::quota::{OfType, Resource, TypeUsage, Usage};
use crate::model::volume::VolumeType;
use crate::model::{ProjectId, Result};

/// What can be limited.
const LIMITED: [(&str, Resource); 4] = [
    ("volumes", Resource::Volumes),
    ("snapshots", Resource::Snapshots),
    ("gigabytes", Resource::Gigabytes),
    ("per_volume_gigabytes", Resource::PerVolumeGigabytes),
];

/// Limits that stay as they are: there are no backups and no groups.
const FIXED: [(&str, i64); 3] = [("backups", 0), ("backup_gigabytes", 0), ("groups", 0)];

/// What every set has; each type of volumes adds its own.
const FIELDS: &[Field] = &[
    may("force", Kind::Boolean),
    may("tenant_id", Kind::Text(0, 255)),
    may("volumes", LIMIT),
    may("snapshots", LIMIT),
    may("gigabytes", LIMIT),
    may("per_volume_gigabytes", LIMIT),
    may("backups", LIMIT),
    may("backup_gigabytes", LIMIT),
    may("groups", LIMIT),
];

/// -1 for none.
const LIMIT: Kind = Kind::Integer(-1);

/// `GET`: the limits, with `usage` also what is used of them.
pub async fn show(caller: Caller, Path(Of { id }): Path<Of<ProjectId>>, query: Pairs) -> Result<Json<Value>, Failure> {
    let used = Used::of(&caller, &id).await?;
    let set = match says(&query, "usage") {
        true => used.set(|limit, used| json!({ "limit": limit, "in_use": used, "reserved": 0, "allocated": 0 })),
        false => used.set(|limit, _| json!(limit)),
    };
    Ok(Json(json!({ "quota_set": named(set, &id) })))
}

/// `GET …/defaults`: the limits of a project for which nobody set any.
pub async fn defaults(caller: Caller, Path(Of { id }): Path<Of<ProjectId>>) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "quota_set": named(usual(&caller).await?, &id) })))
}

/// `GET …/os-quota-class-sets/{id}`: there is one class.
pub async fn class(caller: Caller, Path(Of { id }): Path<Of<ProjectId>>) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "quota_class_set": named(usual(&caller).await?, &id) })))
}

/// `PUT`: sets some of the limits; -1 for none.
pub async fn update(
    caller: Caller,
    Path(Of { id }): Path<Of<ProjectId>>,
    Body(mut body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let types = caller.services.volume.types(&caller.auth.ctx).await?;
    let of_types = take_limits_of_types(&mut body, &types, caller.version)?;
    let mut wanted: BTreeMap<String, Value> = schema::read(body, "quota_set", FIELDS, caller.version)?;
    wanted.remove("force");
    wanted.remove("tenant_id");
    let limits =
        wanted.iter().filter_map(|(name, value)| limit(name, value).transpose()).collect::<Result<Vec<_>>>()?;
    caller.services.quota.set_with_types(&caller.auth.ctx, &id, &limits, &of_types).await?;
    let set = Used::of(&caller, &id).await?.set(|limit, _| json!(limit));
    Ok(Json(json!({ "quota_set": set })))
}

/// Takes such members as `gigabytes_fast` out of a body.
fn take_limits_of_types(body: &mut Value, types: &[VolumeType], version: Microversion) -> Result<Vec<(OfType, i64)>> {
    let mut limits = Vec::new();
    let Some(Value::Object(members)) = body.get_mut("quota_set") else { return Ok(limits) };
    for kind in types {
        for resource in Resource::OF_A_TYPE {
            let name = OfType::name(resource, &kind.name);
            let Some(value) = members.remove(&name) else { continue };
            LIMIT.check(&name, &value, version)?;
            let of = OfType { type_id: kind.id.clone(), resource };
            limits.push((of, whole_number(&value).unwrap_or_default()));
        }
    }
    Ok(limits)
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

async fn usual(caller: &Caller) -> Result<Map<String, Value>> {
    let types = caller.services.volume.types(&caller.auth.ctx).await?;
    let limited = LIMITED.iter().map(|(name, resource)| ((*name).to_owned(), resource.default_limit()));
    let unlimited = |kind: &VolumeType| Resource::OF_A_TYPE.map(|resource| (OfType::name(resource, &kind.name), -1));
    let fixed = FIXED.iter().map(|(name, limit)| ((*name).to_owned(), *limit));
    let all = limited.chain(types.iter().flat_map(unlimited)).chain(fixed);
    Ok(all.map(|(name, limit)| (name, json!(limit))).collect())
}

/// What a project has of all that is limited here.
struct Used {
    project: Vec<Usage>,
    types: Vec<TypeUsage>,
}

impl Used {
    async fn of(caller: &Caller, project: &ProjectId) -> Result<Self> {
        let (quota, ctx) = (&caller.services.quota, &caller.auth.ctx);
        Ok(Self { project: quota.usage_of(ctx, project).await?, types: quota.usage_of_types(ctx, project).await? })
    }

    /// Each limit as `each` shows it and what is used of it.
    fn set(&self, each: impl Fn(i64, i64) -> Value) -> Map<String, Value> {
        let limited = LIMITED.iter().filter_map(|(name, resource)| {
            let usage = self.project.iter().find(|usage| usage.resource == *resource)?;
            Some(((*name).to_owned(), each(usage.limit, usage.used)))
        });
        let types = self.types.iter().map(|of_type| (of_type.name(), each(of_type.usage.limit, of_type.usage.used)));
        let fixed = FIXED.iter().map(|(name, limit)| ((*name).to_owned(), each(*limit, 0)));
        limited.chain(types).chain(fixed).collect()
    }
}

fn named(mut set: Map<String, Value>, id: &ProjectId) -> Map<String, Value> {
    set.insert("id".to_owned(), json!(id));
    set
}
