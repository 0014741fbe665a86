//! `/compute/v2.1/servers/{id}/tags`, from microversion 2.26 on.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::schema::{self, Kind, must};
use crate::control::Services;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::{Error, InstanceId, Noun, Result};

const SINCE: u16 = 26;

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    version.at_least(SINCE)?;
    Ok(Json(json!({ "tags": services.compute.instance(&auth.ctx, &id).await?.notes.tags })))
}

/// `GET …/{tag}`: whether it is there.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path((id, tag)): Path<(InstanceId, String)>,
) -> Result<StatusCode, Failure> {
    version.at_least(SINCE)?;
    let tags = services.compute.instance(&auth.ctx, &id).await?.notes.tags;
    if tags.contains(&tag) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Error::not_found(Noun::Instance, format!("{id} tag {tag}")).into())
}

/// `PUT`: these and no others.
pub async fn replace(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<InstanceId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    #[derive(Deserialize)]
    struct Tags {
        tags: Vec<String>,
    }
    version.at_least(SINCE)?;
    let wanted: Tags = schema::object(body, "body", &[must("tags", Kind::List)], version)?;
    services.compute.set_tags(&auth.ctx, &id, wanted.tags).await?;
    list(State(services), auth, version, Path(id)).await
}

/// `PUT …/{tag}`.
pub async fn add(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Path((id, tag)): Path<(InstanceId, String)>,
) -> Result<Response, Failure> {
    version.at_least(SINCE)?;
    let is_new = services.compute.add_tag(&auth.ctx, &id, &tag).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
    Ok((status, [(LOCATION, base.url(&format!("/compute/v2.1/servers/{id}/tags/{tag}")))]).into_response())
}

/// `DELETE …/{tag}`.
pub async fn remove(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path((id, tag)): Path<(InstanceId, String)>,
) -> Result<StatusCode, Failure> {
    version.at_least(SINCE)?;
    services.compute.remove_tag(&auth.ctx, &id, &tag).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE`: all of them.
pub async fn clear(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<InstanceId>,
) -> Result<StatusCode, Failure> {
    version.at_least(SINCE)?;
    services.compute.set_tags(&auth.ctx, &id, Vec::new()).await?;
    Ok(StatusCode::NO_CONTENT)
}
