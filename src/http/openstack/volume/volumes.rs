//! `/volume/v3/{project}/volumes`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::asked::says;
use super::caller::{Caller, Of};
use super::new_volume::{CHANGE, Change, Wanted};
use super::view::View;
use super::volume_query::wanted;
use crate::control::Services;
use crate::control::volume::Deleting;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::Pairs;
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::schema;
use crate::model::{Error, Noun, Reason, VolumeId};

/// `GET`: names only.
pub async fn list(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let view = View { ctx, base: &base, version };
    let path = format!("/volume/v3/{}/volumes", ctx.project_id);
    let page = wanted(&services, ctx, &query).await?;
    Ok(Json(page.answer("volumes", (&base, &path, &query), |volume| view.brief(&volume))))
}

/// `GET …/detail`.
pub async fn detail(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let view = View { ctx, base: &base, version };
    let path = format!("/volume/v3/{}/volumes/detail", ctx.project_id);
    let page = wanted(&services, ctx, &query).await?;
    Ok(Json(page.answer("volumes", (&base, &path, &query), |volume| view.volume(&volume))))
}

/// `GET …/summary`: how many there are, and how large they are together.
pub async fn summary(State(services): State<Services>, caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let volumes = services.volume.volumes(&caller.auth.ctx, says(&query, "all_tenants")).await?;
    let size: i64 = volumes.iter().map(|volume| volume.size_gb).sum();
    Ok(Json(json!({ "volume-summary": { "total_count": volumes.len(), "total_size": size, "metadata": {} } })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let ctx = &caller.auth.ctx;
    let new = Wanted::read(body, version)?.into_new()?;
    let volume = services.volume.create(ctx, new).await.map_err(refused)?;
    let view = View { ctx, base: &base, version };
    Ok((StatusCode::ACCEPTED, Json(json!({ "volume": view.made(&volume) }))))
}

/// An image that is not there is the body's fault; volumes, snapshots and types that are not there are missing.
fn refused(error: Error) -> Failure {
    match error.reason {
        Reason::NotFound { noun: Noun::Image, .. } => Failure::in_body(error),
        _ => error.into(),
    }
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    Path(Of { id }): Path<Of<VolumeId>>,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let volume = services.volume.volume(ctx, &id).await?;
    Ok(Json(json!({ "volume": View { ctx, base: &base, version }.volume(&volume) })))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    Path(Of { id }): Path<Of<VolumeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let change: Change = schema::read(body, "volume", CHANGE, version)?;
    let volume = services.volume.update(ctx, &id, change.into()).await?;
    Ok(Json(json!({ "volume": View { ctx, base: &base, version }.made(&volume) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    caller: Caller,
    Path(Of { id }): Path<Of<VolumeId>>,
    query: Pairs,
) -> Result<StatusCode, Failure> {
    let how = Deleting { cascade: says(&query, "cascade"), force: says(&query, "force") };
    services.volume.delete(&caller.auth.ctx, &id, how).await?;
    Ok(StatusCode::ACCEPTED)
}
