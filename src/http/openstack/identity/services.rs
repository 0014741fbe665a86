//! `/identity/v3/{services,endpoints,regions}`: what the catalog is made of. It says what Arcus serves, so nobody can
//! add to it.

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use super::caller::Caller;
use super::catalog::{Endpoint, REGION, SERVICES, Service};
use super::listing::{Listing, links};
use crate::control::policy::{self, Action};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::model::{Error, Noun};

/// `GET /services`.
pub async fn list(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    policy::check(&caller.ctx, Action::Administer, "list services")?;
    Ok(listing.answer("services", SERVICES.iter().map(|service| view(service, &listing.base)).collect()))
}

/// `GET /services/{id}`.
pub async fn show(caller: Caller, base: Base, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    policy::check(&caller.ctx, Action::Administer, "look at a service")?;
    let found = SERVICES.iter().find(|service| service.id() == id);
    let found = found.ok_or_else(|| Error::not_found(Noun::Service, id.as_str()))?;
    Ok(Json(json!({ "service": view(found, &base) })))
}

/// `GET /endpoints`.
pub async fn endpoints(caller: Caller, listing: Listing) -> Result<Json<Value>, Failure> {
    policy::check(&caller.ctx, Action::Administer, "list endpoints")?;
    Ok(listing.answer("endpoints", all_endpoints(&listing.base)))
}

/// `GET /endpoints/{id}`.
pub async fn endpoint(caller: Caller, base: Base, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    policy::check(&caller.ctx, Action::Administer, "look at an endpoint")?;
    let found = all_endpoints(&base).into_iter().find(|endpoint| endpoint["id"] == id.as_str());
    let found = found.ok_or_else(|| Error::not_found(Noun::Endpoint, id.as_str()))?;
    Ok(Json(json!({ "endpoint": found })))
}

/// `GET /regions`: open to everybody who is known.
pub async fn regions(_: Caller, listing: Listing) -> Json<Value> {
    listing.answer("regions", vec![region_view(&listing.base)])
}

/// `GET /regions/{id}`.
pub async fn region(_: Caller, base: Base, Path(id): Path<String>) -> Result<Json<Value>, Failure> {
    if id != REGION {
        return Err(Error::not_found(Noun::Region, id).into());
    }
    Ok(Json(json!({ "region": region_view(&base) })))
}

fn view(service: &Service, base: &Base) -> Value {
    json!({
        "id": service.id(),
        "type": service.kind,
        "name": service.name,
        "description": service.description,
        "enabled": true,
        "links": links(base, &format!("services/{}", service.id())),
    })
}

fn all_endpoints(base: &Base) -> Vec<Value> {
    SERVICES.iter().flat_map(|service| service.endpoints(base)).map(|endpoint| endpoint_view(endpoint, base)).collect()
}

fn endpoint_view(endpoint: Endpoint, base: &Base) -> Value {
    json!({
        "links": links(base, &format!("endpoints/{}", endpoint.id)),
        "id": endpoint.id,
        "service_id": endpoint.service,
        "interface": endpoint.interface,
        "url": endpoint.url,
        "enabled": true,
        "region": REGION,
        "region_id": REGION,
    })
}

fn region_view(base: &Base) -> Value {
    let links = links(base, &format!("regions/{REGION}"));
    json!({ "id": REGION, "description": "", "parent_region_id": null, "links": links })
}
