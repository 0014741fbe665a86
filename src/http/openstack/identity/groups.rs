//! `/identity/v3/groups`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::Caller;
use super::listing::{Listing, links};
use super::request::required;
use super::users;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::model::identity::Group;
use crate::model::{DomainId, Error, Noun};

#[derive(Deserialize)]
pub struct GroupBody {
    group: Fields,
}

#[derive(Deserialize)]
struct Fields {
    name: Option<String>,
    domain_id: Option<DomainId>,
    description: Option<String>,
}

/// `GET`.
pub async fn list(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let groups = caller.services.identity.groups(&caller.ctx).await?;
    Ok(listing.answer("groups", views(&groups, &listing.base)))
}

/// `GET /identity/v3/users/{id}/groups`.
pub async fn of_user(caller: Caller, listing: Listing, Path(user): Path<String>) -> Result<Json<Value>, Failure> {
    let groups = caller.services.identity.groups_of(&caller.ctx, &user.into()).await?;
    Ok(listing.answer("groups", views(&groups, &listing.base)))
}

/// `POST`.
pub async fn create(caller: Caller, Body(body): Body<GroupBody>) -> Result<(StatusCode, Json<Value>), Failure> {
    let Fields { name, domain_id, description } = body.group;
    let name = name.ok_or_else(|| required("name"))?;
    let domain = domain_id.unwrap_or_else(|| caller.ctx.user_domain_id.clone());
    let description = description.unwrap_or_default();
    let group = caller.services.identity.create_group(&caller.ctx, &domain, &name, &description).await?;
    Ok((StatusCode::CREATED, Json(json!({ "group": view(&group, &caller.base) }))))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "group": view(&caller.services.identity.group(&caller.ctx, &id.into()).await?, &caller.base) })))
}

/// `PATCH …/{id}`.
pub async fn update(
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<GroupBody>,
) -> Result<Json<Value>, Failure> {
    let Fields { name, description, .. } = body.group;
    let (name, description) = (name.as_deref(), description.as_deref());
    let group = caller.services.identity.update_group(&caller.ctx, &id.into(), name, description).await?;
    Ok(Json(json!({ "group": view(&group, &caller.base) })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    caller.services.identity.delete_group(&caller.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET …/{id}/users`.
pub async fn members(caller: Caller, listing: Listing, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let members = caller.services.identity.members(&caller.ctx, &id.into()).await?;
    Ok(listing.answer("users", users::views(&members, &listing.base)))
}

/// `PUT …/{id}/users/{user}`.
pub async fn add_member(caller: Caller, Path((id, user)): Path<(String, String)>) -> Result<StatusCode, Failure> {
    caller.services.identity.add_member(&caller.ctx, &id.into(), &user.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `HEAD` and `GET …/{id}/users/{user}`: whether the user is in the group.
pub async fn is_member(caller: Caller, Path((id, user)): Path<(String, String)>) -> Result<StatusCode, Failure> {
    let members = caller.services.identity.members(&caller.ctx, &id.into()).await?;
    if members.iter().any(|member| member.id.as_str() == user) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Error::not_found(Noun::User, user).into())
}

/// `DELETE …/{id}/users/{user}`.
pub async fn remove_member(caller: Caller, Path((id, user)): Path<(String, String)>) -> Result<StatusCode, Failure> {
    caller.services.identity.remove_member(&caller.ctx, &id.into(), &user.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn views(groups: &[Group], base: &Base) -> Vec<Value> {
    groups.iter().map(|group| view(group, base)).collect()
}

fn view(group: &Group, base: &Base) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "domain_id": group.domain_id,
        "description": group.description,
        "links": links(base, &format!("groups/{}", group.id)),
    })
}
