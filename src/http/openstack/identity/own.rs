//! `/identity/v3/auth/…`: what the caller's token opens.

use axum::Json;
use serde_json::{Value, json};

use super::caller::Caller;
use super::catalog::catalog;
use super::listing::{Listing, links};
use super::{domains, projects};
use crate::http::failure::Failure;
use crate::model::Reason;

/// `GET …/projects`: those for which the caller may have a token.
pub async fn projects(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let projects = caller.services.identity.projects_of(&caller.ctx.user_id).await?;
    Ok(listing.answer("projects", projects::views(&projects, &listing.base)))
}

/// `GET …/domains`: those for which the caller may have a token.
pub async fn domains(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let domains = caller.services.identity.domains_of(&caller.ctx.user_id).await?;
    Ok(listing.answer("domains", domains.iter().map(|domain| domains::view(domain, &listing.base)).collect()))
}

/// `GET …/catalog`: as in the token itself; one without a scope has none.
pub async fn catalog_of_token(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let project = caller.info.project.as_ref().map(|(project, _)| &project.id);
    if project.is_none() && caller.info.domain.is_none() {
        return Err(Reason::NoProject.into());
    }
    let links = links(&listing.base, "auth/catalog");
    Ok(Json(json!({ "catalog": catalog(&listing.base, project), "links": links })))
}
