//! `/network/v2.0/security-groups`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::security_group_rules;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, select};
use crate::http::openstack::time::seconds;
use crate::model::security_group::SecurityGroup;

/// `GET`: the project's groups.
pub async fn list(State(services): State<Services>, auth: Auth, query: Pairs) -> Result<Json<Value>, Failure> {
    let groups = services.network.security_groups(&auth.ctx).await?.iter().map(view).collect();
    Ok(Json(json!({ "security_groups": select(groups, &query) })))
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "security_group": view(&services.network.security_group(&auth.ctx, &id.into()).await?) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Create>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let wanted = body.security_group;
    let group = services.network.create_security_group(&auth.ctx, &wanted.name, &wanted.description).await?;
    Ok((StatusCode::CREATED, Json(json!({ "security_group": view(&group) }))))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    Body(body): Body<Update>,
) -> Result<Json<Value>, Failure> {
    let (name, description) = (body.security_group.name.as_deref(), body.security_group.description.as_deref());
    let group = services.network.update_security_group(&auth.ctx, &id.into(), name, description).await?;
    Ok(Json(json!({ "security_group": view(&group) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_security_group(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of a create.
#[derive(Deserialize)]
pub struct Create {
    security_group: Wanted,
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
    #[serde(default)]
    description: String,
}

/// The body of an update.
#[derive(Deserialize)]
pub struct Update {
    security_group: Change,
}

#[derive(Deserialize)]
struct Change {
    name: Option<String>,
    description: Option<String>,
}

fn view(group: &SecurityGroup) -> Value {
    let rules: Vec<Value> =
        group.rules.iter().map(|rule| security_group_rules::view(&group.project_id, rule)).collect();
    json!({
        "id": group.id,
        "name": group.name,
        "description": group.description,
        "project_id": group.project_id,
        "tenant_id": group.project_id,
        "stateful": true,
        "shared": false,
        "security_group_rules": rules,
        "tags": [],
        "revision_number": 1,
        "created_at": seconds(group.created_at),
        "updated_at": seconds(group.updated_at),
    })
}
