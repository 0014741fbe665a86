//! `/identity/v3/roles`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::listing::{Listing, links};
use super::request::required;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::model::Reason;
use crate::model::identity::Role;

#[derive(Deserialize)]
pub struct RoleBody {
    role: Fields,
}

#[derive(Deserialize)]
struct Fields {
    name: Option<String>,
    description: Option<String>,
    domain_id: Option<String>,
}

/// `GET`.
pub async fn list(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let roles = caller.services.identity.roles(&caller.ctx).await?;
    Ok(listing.answer("roles", views(&roles, &listing.base)))
}

/// `POST`.
pub async fn create(caller: Caller, Body(body): Body<RoleBody>) -> Result<(StatusCode, Json<Value>), Failure> {
    let Fields { name, description, domain_id } = body.role;
    if domain_id.is_some() {
        let why = "a role of one domain alone is not possible: leave domain_id out".into();
        return Err(Reason::Malformed { why }.into());
    }
    let name = name.ok_or_else(|| required("name"))?;
    let role = caller.services.identity.add_role(&caller.ctx, &name, description).await?;
    Ok((StatusCode::CREATED, Json(json!({ "role": view(&role, &caller.base) }))))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "role": view(&caller.services.identity.role(&caller.ctx, &id.into()).await?, &caller.base) })))
}

/// `PATCH …/{id}`.
pub async fn update(
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<RoleBody>,
) -> Result<Json<Value>, Failure> {
    let Fields { name, description, .. } = body.role;
    let role = caller.services.identity.update_role(&caller.ctx, &id.into(), name.as_deref(), description).await?;
    Ok(Json(json!({ "role": view(&role, &caller.base) })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    caller.services.identity.delete_role(&caller.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// As a list shows them.
pub fn views(roles: &[Role], base: &Base) -> Vec<Value> {
    roles.iter().map(|role| view(role, base)).collect()
}

fn view(role: &Role, base: &Base) -> Value {
    json!({
        "id": role.id,
        "name": role.name,
        "domain_id": null,
        "description": role.description,
        "options": {},
        "links": links(base, &format!("roles/{}", role.id)),
    })
}
