//! `GET /compute/v2.1/limits`: what the project may have and has.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::microversion::Microversion;
use super::quota_sets::{KEY_PAIRS, LAST_WITH_FILES, LAST_WITH_NETWORKS, METADATA_ITEMS, used};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::filter::{Pairs, value};
use crate::model::ProjectId;
use crate::model::quota::Resource;

const LAST_WITH_IMAGES: u16 = 38;

/// `GET`: the caller's project's, or another's for administrators.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let project = value(&query, "tenant_id").map_or_else(|| auth.ctx.project_id.clone(), ProjectId::from);
    let usage = services.quota.usage_of(&auth.ctx, &project).await?;
    let limit = |resource| usage.iter().find(|usage| usage.resource == resource).map(|usage| usage.limit);
    let in_use = |resource| used(&usage, resource);
    let always = u16::MAX;
    let all = [
        ("maxTotalInstances", json!(limit(Resource::Instances)), always),
        ("maxTotalCores", json!(limit(Resource::Cores)), always),
        ("maxTotalRAMSize", json!(limit(Resource::Ram)), always),
        ("maxTotalKeypairs", json!(KEY_PAIRS), always),
        ("maxServerMeta", json!(METADATA_ITEMS), always),
        ("maxServerGroups", json!(limit(Resource::ServerGroups)), always),
        ("maxServerGroupMembers", json!(limit(Resource::ServerGroupMembers)), always),
        ("maxImageMeta", json!(METADATA_ITEMS), LAST_WITH_IMAGES),
        ("maxPersonality", json!(0), LAST_WITH_FILES),
        ("maxPersonalitySize", json!(0), LAST_WITH_FILES),
        ("maxTotalFloatingIps", json!(-1), LAST_WITH_NETWORKS),
        ("maxSecurityGroups", json!(-1), LAST_WITH_NETWORKS),
        ("maxSecurityGroupRules", json!(-1), LAST_WITH_NETWORKS),
        ("totalInstancesUsed", json!(in_use(Resource::Instances)), always),
        ("totalCoresUsed", json!(in_use(Resource::Cores)), always),
        ("totalRAMUsed", json!(in_use(Resource::Ram)), always),
        ("totalServerGroupsUsed", json!(in_use(Resource::ServerGroups)), always),
        ("totalFloatingIpsUsed", json!(in_use(Resource::FloatingIps)), LAST_WITH_NETWORKS),
        ("totalSecurityGroupsUsed", json!(in_use(Resource::SecurityGroups)), LAST_WITH_NETWORKS),
    ];
    let known = all.into_iter().filter(|(.., until)| version.0 <= *until);
    let absolute: Map<String, Value> = known.map(|(name, value, _)| (name.to_owned(), value)).collect();
    Ok(Json(json!({ "limits": { "rate": [], "absolute": absolute } })))
}
