//! `/identity/v3/domains`.

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
use crate::model::identity::{Domain, DomainPatch};

#[derive(Deserialize)]
pub struct DomainBody {
    domain: Fields,
}

#[derive(Deserialize)]
struct Fields {
    name: Option<String>,
    description: Option<String>,
    enabled: Option<bool>,
}

/// `GET`.
pub async fn list(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    let domains = caller.services.identity.domains(&caller.ctx).await?;
    Ok(listing.answer("domains", domains.iter().map(|domain| view(domain, &listing.base)).collect()))
}

/// `POST`.
pub async fn create(caller: Caller, Body(body): Body<DomainBody>) -> Result<(StatusCode, Json<Value>), Failure> {
    let Fields { name, description, enabled } = body.domain;
    let name = name.ok_or_else(|| required("name"))?;
    let description = description.unwrap_or_default();
    let domain = caller.services.identity.add_domain(&caller.ctx, &name, &description, enabled.unwrap_or(true)).await?;
    Ok((StatusCode::CREATED, Json(json!({ "domain": view(&domain, &caller.base) }))))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    let domain = caller.services.identity.domain(&caller.ctx, &id.into()).await?;
    Ok(Json(json!({ "domain": view(&domain, &caller.base) })))
}

/// `PATCH …/{id}`.
pub async fn update(
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<DomainBody>,
) -> Result<Json<Value>, Failure> {
    let Fields { name, description, enabled } = body.domain;
    let patch = DomainPatch { name, description, enabled };
    let domain = caller.services.identity.update_domain(&caller.ctx, &id.into(), patch).await?;
    Ok(Json(json!({ "domain": view(&domain, &caller.base) })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    caller.services.identity.delete_domain(&caller.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// As a list shows it.
pub fn view(domain: &Domain, base: &Base) -> Value {
    json!({
        "id": domain.id,
        "name": domain.name,
        "description": domain.description,
        "enabled": domain.enabled,
        "tags": [],
        "options": {},
        "links": links(base, &format!("domains/{}", domain.id)),
    })
}
