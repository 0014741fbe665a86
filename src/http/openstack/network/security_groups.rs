//! `/network/v2.0/security-groups`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::attributes::{Kind, Resource, always, shown};
use super::bulk::Several;
use super::conditional::Change;
use super::{collection, security_group_rules};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::seconds;
use crate::model::Noun;
use crate::model::security_group::{SecurityGroup, SecurityGroupRule};

/// `GET`: the project's groups; every project's, for administrators.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let groups = services.network.visible_security_groups(&auth.ctx).await?.iter().map(view).collect();
    Ok(wanted.list("security_groups", Noun::SecurityGroup, groups)?)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let group = view(&services.network.security_group(&auth.ctx, &id.into()).await?);
    Ok(Json(json!({ "security_group": wanted.fields(group) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (ctx, wanted) = Several::<Wanted>::read(&auth.ctx, body, &SECURITY_GROUP)?.single()?;
    let group = services.network.create_security_group(&ctx, &wanted.name, &wanted.description).await?;
    Ok((StatusCode::CREATED, Json(json!({ "security_group": view(&group) }))))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<String>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<Value>, Failure> {
    let change: Changes = SECURITY_GROUP.change(body)?;
    let (name, description) = (change.name.as_deref(), change.description.as_deref());
    let group = services.network.update_security_group(&auth.ctx, &id.into(), name, description).await?;
    Ok(Json(json!({ "security_group": view(&group) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_security_group(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

const SECURITY_GROUP: Resource = Resource {
    one: "security_group",
    many: "security_groups",
    attributes: &[shown("security_group_rules"), always("name", Kind::Text).required()],
};

#[derive(Deserialize)]
struct Wanted {
    name: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Changes {
    name: Option<String>,
    description: Option<String>,
}

fn view(group: &SecurityGroup) -> Value {
    let rule = |rule: &SecurityGroupRule| {
        let mut view = security_group_rules::view(&group.project_id, rule);
        // Neutron shows a rule's tags within its group alone; rules cannot be tagged.
        view["tags"] = json!([]);
        view
    };
    let rules: Vec<Value> = group.rules.iter().map(rule).collect();
    json!({
        "id": group.id,
        "name": group.name,
        "description": group.description,
        "project_id": group.project_id,
        "tenant_id": group.project_id,
        "stateful": true,
        "shared": false,
        "security_group_rules": rules,
        "tags": group.standard.tags,
        "revision_number": group.standard.revision,
        "created_at": seconds(group.created_at),
        "updated_at": seconds(group.updated_at),
    })
}
