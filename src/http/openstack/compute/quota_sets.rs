//! `/compute/v2.1/os-quota-sets/{project}`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::microversion::Microversion;
use super::schema::{self, Field, Kind, invalid, may};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::python::whole_number;
use crate::model::ProjectId;
use crate::model::quota::{Resource, Usage};

/// What can be limited.
const LIMITED: [(&str, Resource); 5] = [
    ("instances", Resource::Instances),
    ("cores", Resource::Cores),
    ("ram", Resource::Ram),
    ("server_groups", Resource::ServerGroups),
    ("server_group_members", Resource::ServerGroupMembers),
];

/// Limits that are everybody's and stay as they are, with the newest microversion that shows them.
const FIXED: [(&str, i64, u16); 9] = [
    ("key_pairs", KEY_PAIRS, u16::MAX),
    ("metadata_items", METADATA_ITEMS, u16::MAX),
    // No files are put into guests.
    ("injected_files", 0, LAST_WITH_FILES),
    ("injected_file_content_bytes", 0, LAST_WITH_FILES),
    ("injected_file_path_bytes", 0, LAST_WITH_FILES),
    // The network service limits these.
    ("fixed_ips", -1, LAST_WITH_NETWORKS),
    ("floating_ips", -1, LAST_WITH_NETWORKS),
    ("security_groups", -1, LAST_WITH_NETWORKS),
    ("security_group_rules", -1, LAST_WITH_NETWORKS),
];
pub const KEY_PAIRS: i64 = 100;
pub const METADATA_ITEMS: i64 = 128;
pub const LAST_WITH_NETWORKS: u16 = 35;
pub const LAST_WITH_FILES: u16 = 56;

const FIELDS: &[Field] = &[
    may("force", Kind::Boolean),
    may("instances", Kind::Integer(-1)),
    may("cores", Kind::Integer(-1)),
    may("ram", Kind::Integer(-1)),
    may("key_pairs", Kind::Integer(-1)),
    may("metadata_items", Kind::Integer(-1)),
    may("server_groups", Kind::Integer(-1)),
    may("server_group_members", Kind::Integer(-1)),
    may("injected_files", Kind::Integer(-1)).until(LAST_WITH_FILES),
    may("injected_file_content_bytes", Kind::Integer(-1)).until(LAST_WITH_FILES),
    may("injected_file_path_bytes", Kind::Integer(-1)).until(LAST_WITH_FILES),
    may("fixed_ips", Kind::Integer(-1)).until(LAST_WITH_NETWORKS),
    may("floating_ips", Kind::Integer(-1)).until(LAST_WITH_NETWORKS),
    may("security_groups", Kind::Integer(-1)).until(LAST_WITH_NETWORKS),
    may("security_group_rules", Kind::Integer(-1)).until(LAST_WITH_NETWORKS),
];

/// `GET`: the limits.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(project): Path<ProjectId>,
) -> Result<Json<Value>, Failure> {
    let mut set = limits(&services.quota.usage_of(&auth.ctx, &project).await?, version);
    set.insert("id".into(), json!(project));
    Ok(Json(json!({ "quota_set": set })))
}

/// `GET …/detail`: the limits with what is used of them.
pub async fn detail(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(project): Path<ProjectId>,
) -> Result<Json<Value>, Failure> {
    let usage = services.quota.usage_of(&auth.ctx, &project).await?;
    let mut set = limits(&usage, version);
    for (name, limit) in &mut set {
        let in_use =
            LIMITED.iter().find(|(limited, _)| limited == name).and_then(|(_, resource)| used(&usage, *resource));
        *limit = json!({ "limit": limit, "in_use": in_use.unwrap_or(0), "reserved": 0 });
    }
    set.insert("id".into(), json!(project));
    Ok(Json(json!({ "quota_set": set })))
}

/// `GET …/defaults`: the limits of a project for which nobody set any.
pub async fn defaults(auth: Auth, version: Microversion, Path(project): Path<ProjectId>) -> Json<Value> {
    let _ = auth;
    let usual =
        |(_, resource): &(&str, Resource)| Usage { resource: *resource, used: 0, limit: resource.default_limit() };
    let mut set = limits(&LIMITED.iter().map(usual).collect::<Vec<_>>(), version);
    set.insert("id".into(), json!(project));
    Json(json!({ "quota_set": set }))
}

/// `PUT`: sets some of the limits; -1 for none.
pub async fn set(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(project): Path<ProjectId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let mut wanted: BTreeMap<String, Value> = schema::read(body, "quota_set", FIELDS, version)?;
    wanted.remove("force");
    let mut limits_set = Vec::new();
    for (name, value) in wanted {
        let limit = whole_number(&value).unwrap_or_default();
        match LIMITED.iter().find(|(limited, _)| *limited == name) {
            Some((_, resource)) => limits_set.push((*resource, limit)),
            None if FIXED.iter().any(|(fixed, usual, _)| *fixed == name && *usual == limit) => {}
            None => return Err(invalid(&name, &value, "This limit cannot be changed.".into()).into()),
        }
    }
    services.quota.set_all(&auth.ctx, &project, &limits_set).await?;
    let usage = services.quota.usage_of(&auth.ctx, &project).await?;
    Ok(Json(json!({ "quota_set": limits(&usage, version) })))
}

/// `DELETE`: the usual limits hold again.
pub async fn reset(
    State(services): State<Services>,
    auth: Auth,
    Path(project): Path<ProjectId>,
) -> Result<StatusCode, Failure> {
    services.quota.reset(&auth.ctx, &project, &LIMITED.map(|(_, resource)| resource)).await?;
    Ok(StatusCode::ACCEPTED)
}

fn limits(usage: &[Usage], version: Microversion) -> Map<String, Value> {
    let limit = |resource| usage.iter().find(|usage| usage.resource == resource).map(|usage| usage.limit);
    let limited = LIMITED.iter().filter_map(|(name, resource)| Some(((*name).to_owned(), json!(limit(*resource)?))));
    let fixed = FIXED.iter().filter(|(.., until)| version.0 <= *until);
    limited.chain(fixed.map(|(name, limit, _)| ((*name).to_owned(), json!(limit)))).collect()
}

/// What is used of a resource.
pub fn used(usage: &[Usage], resource: Resource) -> Option<i64> {
    usage.iter().find(|usage| usage.resource == resource).map(|usage| usage.used)
}
