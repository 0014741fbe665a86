//! `/volume/v3/{project}/volumes`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::asked::says;
use super::caller::{Caller, Of};
use super::new_volume::{CHANGE, Change, Wanted};
use super::volume_query::wanted;
use crate::control::volume::Deleting;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::Pairs;
use crate::http::openstack::schema;
use crate::model::{Error, Noun, Reason, VolumeId};

/// `GET`: names only.
pub async fn list(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let view = caller.view();
    let path = format!("/volume/v3/{}/volumes", ctx.project_id);
    let page = wanted(&caller.services, ctx, &query).await?;
    Ok(Json(page.answer("volumes", (&caller.base, &path, &query), |volume| view.brief(&volume))))
}

/// `GET …/detail`.
pub async fn detail(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let view = caller.view();
    let path = format!("/volume/v3/{}/volumes/detail", ctx.project_id);
    let page = wanted(&caller.services, ctx, &query).await?;
    Ok(Json(page.answer("volumes", (&caller.base, &path, &query), |volume| view.volume(&volume))))
}

/// `GET …/summary`: how many there are, and how large they are together.
pub async fn summary(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let volumes = caller.services.volume.volumes(&caller.auth.ctx, says(&query, "all_tenants")).await?;
    let size: i64 = volumes.iter().map(|volume| volume.size_gb).sum();
    Ok(Json(json!({ "volume-summary": { "total_count": volumes.len(), "total_size": size, "metadata": {} } })))
}

/// `POST`.
pub async fn create(caller: Caller, Body(body): Body<Value>) -> Result<(StatusCode, Json<Value>), Failure> {
    let ctx = &caller.auth.ctx;
    let new = Wanted::read(body, caller.version)?.into_new()?;
    let volume = caller.services.volume.create(ctx, new).await.map_err(refused)?;
    let view = caller.view();
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
pub async fn show(caller: Caller, Path(Of { id }): Path<Of<VolumeId>>) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let volume = caller.services.volume.volume(ctx, &id).await?;
    Ok(Json(json!({ "volume": caller.view().volume(&volume) })))
}

/// `PUT …/{id}`.
pub async fn update(
    caller: Caller,
    Path(Of { id }): Path<Of<VolumeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let change: Change = schema::read(body, "volume", CHANGE, caller.version)?;
    let volume = caller.services.volume.update(ctx, &id, change.into()).await?;
    Ok(Json(json!({ "volume": caller.view().made(&volume) })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(Of { id }): Path<Of<VolumeId>>, query: Pairs) -> Result<StatusCode, Failure> {
    let how = Deleting { cascade: says(&query, "cascade"), force: says(&query, "force") };
    caller.services.volume.delete(&caller.auth.ctx, &id, how).await?;
    Ok(StatusCode::ACCEPTED)
}
