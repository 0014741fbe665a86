//! `/network/v2.0/security-group-rules`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::attributes::{Kind, Resource, at_first};
use super::bulk::Several;
use super::collection;
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::seconds;
use crate::model::security_group::{Direction, Ethertype, NewRule, SecurityGroupRule};
use crate::model::{Error, Noun, ProjectId, Result, SecurityGroupId};

/// `GET`: the rules of every group that the caller may see.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let rules = rules(&services, &auth.ctx).await?;
    Ok(wanted.list("security_group_rules", Noun::SecurityGroupRule, rules)?)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let mut rules = rules(&services, &auth.ctx).await?.into_iter();
    let rule = rules.find(|rule| rule["id"] == id.as_str());
    let rule = rule.ok_or_else(|| Error::not_found(Noun::SecurityGroupRule, id))?;
    Ok(Json(json!({ "security_group_rule": wanted.fields(rule) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (ctx, wanted) = Several::<Wanted>::read(&auth.ctx, body, &RULE)?.single()?;
    let rule = services.network.create_rule(&ctx, wanted.into()).await?;
    Ok((StatusCode::CREATED, Json(json!({ "security_group_rule": view(&ctx.project_id, &rule) }))))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_rule(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rules(services: &Services, ctx: &Ctx) -> Result<Vec<Value>> {
    let groups = services.network.visible_security_groups(ctx).await?;
    let rules = groups.iter().flat_map(|group| group.rules.iter().map(|rule| view(&group.project_id, rule)));
    Ok(rules.collect())
}

const RULE: Resource = Resource {
    one: "security_group_rule",
    many: "security_group_rules",
    attributes: &[
        at_first("security_group_id", Kind::Text).required(),
        at_first("direction", Kind::Text).required(),
        at_first("ethertype", Kind::Text).or_null(),
        at_first("protocol", Kind::Any),
        at_first("port_range_min", Kind::Whole).or_null(),
        at_first("port_range_max", Kind::Whole).or_null(),
        at_first("remote_ip_prefix", Kind::Text).or_null(),
        at_first("remote_group_id", Kind::Text).or_null(),
    ],
};

#[derive(Deserialize)]
struct Wanted {
    security_group_id: SecurityGroupId,
    direction: Direction,
    ethertype: Option<Ethertype>,
    /// A name or a number.
    protocol: Option<Value>,
    port_range_min: Option<i64>,
    port_range_max: Option<i64>,
    remote_ip_prefix: Option<String>,
    remote_group_id: Option<String>,
    description: Option<String>,
}

impl From<Wanted> for NewRule {
    fn from(wanted: Wanted) -> Self {
        let protocol = wanted.protocol.map(|protocol| match protocol {
            Value::String(name) => name,
            number => number.to_string(),
        });
        Self {
            security_group_id: wanted.security_group_id,
            direction: wanted.direction,
            ethertype: wanted.ethertype.unwrap_or(Ethertype::IPv4),
            protocol: protocol.filter(|protocol| !matches!(protocol.as_str(), "any" | "null")),
            port_min: wanted.port_range_min,
            port_max: wanted.port_range_max,
            remote_ip_prefix: wanted.remote_ip_prefix,
            remote_group_id: wanted.remote_group_id,
            description: wanted.description.unwrap_or_default(),
        }
    }
}

/// A rule in the network API's shape; rules have their group's project.
pub fn view(project: &ProjectId, rule: &SecurityGroupRule) -> Value {
    json!({
        "id": rule.id,
        "security_group_id": rule.security_group_id,
        "project_id": project,
        "tenant_id": project,
        "direction": rule.direction,
        "ethertype": rule.ethertype,
        "protocol": rule.protocol,
        "port_range_min": rule.port_min,
        "port_range_max": rule.port_max,
        "remote_ip_prefix": rule.remote_ip_prefix,
        "normalized_cidr": rule.remote_ip_prefix,
        "remote_group_id": rule.remote_group_id,
        "remote_address_group_id": null,
        "description": rule.description,
        "revision_number": 0,
        "created_at": seconds(rule.created_at),
        "updated_at": seconds(rule.created_at),
    })
}
