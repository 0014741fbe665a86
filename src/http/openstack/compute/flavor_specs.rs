//! `/compute/v2.1/flavors/{id}/os-extra_specs`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::metadata::pairs;
use super::schema::invalid;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::{Error, FlavorId, Noun};

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<FlavorId>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "extra_specs": services.compute.flavor(&auth.ctx, &id).await?.extra_specs })))
}

/// `GET …/{key}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path((id, key)): Path<(FlavorId, String)>,
) -> Result<Json<Value>, Failure> {
    let specs = services.compute.flavor(&auth.ctx, &id).await?.extra_specs;
    let unknown = || Error::not_found(Noun::Flavor, format!("{id} extra spec {key}"));
    let value = specs.get(&key).ok_or_else(unknown)?;
    Ok(Json(json!({ key: value })))
}

/// `POST`: these too.
pub async fn add(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<FlavorId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let specs = pairs(body, "extra_specs")?;
    services.compute.set_extra_specs(&auth.ctx, &id, specs.clone()).await?;
    Ok(Json(json!({ "extra_specs": specs })))
}

/// `PUT …/{key}`: this one too.
pub async fn set(
    State(services): State<Services>,
    auth: Auth,
    Path((id, key)): Path<(FlavorId, String)>,
    Body(body): Body<BTreeMap<String, Value>>,
) -> Result<Json<Value>, Failure> {
    let mismatch = || invalid("extra_specs", &json!(body), "Request body and URI mismatch".into());
    let value = body.get(&key).filter(|_| body.len() == 1).and_then(Value::as_str).ok_or_else(mismatch)?;
    let specs = BTreeMap::from([(key.clone(), value.to_owned())]);
    services.compute.set_extra_specs(&auth.ctx, &id, specs).await?;
    Ok(Json(json!({ key: value })))
}

/// `DELETE …/{key}`.
pub async fn remove(
    State(services): State<Services>,
    auth: Auth,
    Path((id, key)): Path<(FlavorId, String)>,
) -> Result<StatusCode, Failure> {
    services.compute.remove_extra_spec(&auth.ctx, &id, &key).await?;
    Ok(StatusCode::OK)
}
