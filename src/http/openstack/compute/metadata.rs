//! `/compute/v2.1/servers/{id}/metadata`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::schema::{self, Field, Kind, invalid, must};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::{Error, InstanceId, Noun, Result};

type Metadata = BTreeMap<String, String>;

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    Ok(whole(services.compute.instance(&auth.ctx, &id).await?.metadata))
}

/// `GET …/{key}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path((id, key)): Path<(InstanceId, String)>,
) -> Result<Json<Value>, Failure> {
    let metadata = services.compute.instance(&auth.ctx, &id).await?.metadata;
    let value = metadata.get(&key).ok_or_else(|| Error::not_found(Noun::Instance, format!("{id} metadata {key}")))?;
    Ok(Json(json!({ "meta": { key: value } })))
}

/// `PUT`: these items and no others.
pub async fn replace(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<InstanceId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let metadata = pairs(body, "metadata")?;
    Ok(whole(services.compute.set_metadata(&auth.ctx, &id, metadata).await?))
}

/// `POST`: these items too.
pub async fn merge(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<InstanceId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let metadata = pairs(body, "metadata")?;
    Ok(whole(services.compute.merge_metadata(&auth.ctx, &id, metadata).await?))
}

/// `PUT …/{key}`: this item too.
pub async fn set(
    State(services): State<Services>,
    auth: Auth,
    Path((id, key)): Path<(InstanceId, String)>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let item = pairs(body, "meta")?;
    if item.len() != 1 || !item.contains_key(&key) {
        return Err(invalid("meta", &json!(item), format!("Request body and URI mismatch: '{key}'")).into());
    }
    services.compute.merge_metadata(&auth.ctx, &id, item.clone()).await?;
    Ok(Json(json!({ "meta": item })))
}

/// `DELETE …/{key}`.
pub async fn remove(
    State(services): State<Services>,
    auth: Auth,
    Path((id, key)): Path<(InstanceId, String)>,
) -> Result<StatusCode, Failure> {
    services.compute.remove_metadata(&auth.ctx, &id, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn whole(metadata: Metadata) -> Json<Value> {
    Json(json!({ "metadata": metadata }))
}

/// The names and values under `member`, which the body must have and nothing else.
pub fn pairs(body: Value, member: &'static str) -> Result<Metadata> {
    let field: [Field; 1] = [must(member, Kind::Pairs)];
    let mut read: BTreeMap<String, Metadata> = schema::object(body, "body", &field, Microversion(1))?;
    Ok(read.remove(member).unwrap_or_default())
}
