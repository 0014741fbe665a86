//! `/identity/v3/{projects,domains}/{id}/{users,groups}/{id}/roles`: giving roles and taking them away.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::Value;

use super::caller::Caller;
use super::listing::Listing;
use super::request::required;
use super::roles;
use crate::http::failure::Failure;
use crate::model::identity::{Actor, Assignment, Target};
use crate::model::{Error, Noun, Result, RoleId};

/// The ids in the path, by what they are of.
type Ids = Path<BTreeMap<String, String>>;

/// `GET` of the roles that an actor was given in a target.
pub async fn list(caller: Caller, listing: Listing, Path(ids): Ids) -> Result<Json<Value>, Failure> {
    let (actor, target) = ends(&ids)?;
    let given = caller.services.identity.roles_given(&caller.ctx, &actor, &target).await?;
    Ok(listing.answer("roles", roles::views(&given, &listing.base)))
}

/// `HEAD` and `GET` of one role: whether it was given.
pub async fn check(caller: Caller, Path(ids): Ids) -> Result<StatusCode, Failure> {
    let Assignment { actor, target, role_id } = assignment(&ids)?;
    let given = caller.services.identity.roles_given(&caller.ctx, &actor, &target).await?;
    if given.iter().any(|role| role.id == role_id) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Error::not_found(Noun::Assignment, role_id.0).into())
}

/// `PUT`.
pub async fn give(caller: Caller, Path(ids): Ids) -> Result<StatusCode, Failure> {
    caller.services.identity.assign(&caller.ctx, &assignment(&ids)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE`.
pub async fn take(caller: Caller, Path(ids): Ids) -> Result<StatusCode, Failure> {
    caller.services.identity.unassign(&caller.ctx, &assignment(&ids)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn assignment(ids: &BTreeMap<String, String>) -> Result<Assignment> {
    let (actor, target) = ends(ids)?;
    let role_id = RoleId(ids.get("role").ok_or_else(|| required("role"))?.clone());
    Ok(Assignment { actor, target, role_id })
}

fn ends(ids: &BTreeMap<String, String>) -> Result<(Actor, Target)> {
    let id = |name: &str| ids.get(name).map(String::as_str);
    let actor = id("user").map(|id| Actor::User(id.into())).or(id("group").map(|id| Actor::Group(id.into())));
    let target =
        id("project").map(|id| Target::Project(id.into())).or(id("domain").map(|id| Target::Domain(id.into())));
    Ok((actor.ok_or_else(|| required("user"))?, target.ok_or_else(|| required("project"))?))
}
