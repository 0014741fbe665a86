//! `/volume/v3/{project}/volume-transfers`, formerly `os-volume-transfer`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{read, says};
use super::caller::{Caller, Of};
use super::view::View;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::Pairs;
use crate::http::openstack::python::truth;
use crate::http::openstack::schema::{Kind, may, must};
use crate::http::openstack::time::micros;
use crate::model::VolumeId;
use crate::model::volume::Transfer;

/// `GET`.
pub async fn list(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let transfers = caller.services.volume.transfers(ctx, says(&query, "all_tenants")).await?;
    let view = caller.view();
    Ok(Json(json!({ "transfers": transfers.iter().map(|transfer| brief(&view, transfer)).collect::<Vec<_>>() })))
}

/// `GET …/detail`.
pub async fn detail(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let transfers = caller.services.volume.transfers(ctx, says(&query, "all_tenants")).await?;
    let view = caller.view();
    Ok(Json(json!({ "transfers": transfers.iter().map(|transfer| whole(&view, transfer)).collect::<Vec<_>>() })))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let transfer = caller.services.volume.transfer(ctx, &id).await?;
    Ok(Json(json!({ "transfer": whole(&caller.view(), &transfer) })))
}

/// `POST`: only this answer has the key.
pub async fn create(caller: Caller, Body(body): Body<Value>) -> Result<(StatusCode, Json<Value>), Failure> {
    #[derive(Deserialize)]
    struct Wanted {
        volume_id: VolumeId,
        #[serde(default)]
        name: String,
        #[serde(default)]
        no_snapshots: Value,
    }
    let fields =
        [must("volume_id", Kind::Text(1, 255)), may("name", Kind::Text(0, 255)), may("no_snapshots", Kind::Boolean)];
    let ctx = &caller.auth.ctx;
    let wanted: Wanted = read(body, "transfer", &fields, caller.version)?;
    let alone = truth(&wanted.no_snapshots).unwrap_or(false);
    let (transfer, key) = caller.services.volume.create_transfer(ctx, &wanted.volume_id, &wanted.name, alone).await?;
    let mut view = whole(&caller.view(), &transfer);
    view["auth_key"] = json!(key);
    Ok((StatusCode::ACCEPTED, Json(json!({ "transfer": view }))))
}

/// `POST …/{id}/accept`.
pub async fn accept(
    caller: Caller,
    Path(Of { id }): Path<Of<String>>,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    #[derive(Deserialize)]
    struct Wanted {
        auth_key: String,
    }
    let ctx = &caller.auth.ctx;
    let wanted: Wanted = read(body, "accept", &[must("auth_key", Kind::Text(1, 255))], caller.version)?;
    let transfer = caller.services.volume.accept_transfer(ctx, &id, &wanted.auth_key).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "transfer": brief(&caller.view(), &transfer) }))))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<StatusCode, Failure> {
    caller.services.volume.delete_transfer(&caller.auth.ctx, &id).await?;
    Ok(StatusCode::ACCEPTED)
}

fn brief(view: &View<'_>, transfer: &Transfer) -> Value {
    json!({
        "id": transfer.id,
        "name": transfer.name,
        "volume_id": transfer.volume_id,
        "links": view.links("os-volume-transfer", &transfer.id),
    })
}

fn whole(view: &View<'_>, transfer: &Transfer) -> Value {
    /// From here on it is said whose volume goes where.
    const PROJECTS: u16 = 57;
    const SNAPSHOTS: u16 = 55;
    let mut whole = brief(view, transfer);
    whole["created_at"] = json!(micros(transfer.created_at));
    if view.version.0 >= SNAPSHOTS {
        whole["no_snapshots"] = json!(false);
    }
    if view.version.0 >= PROJECTS {
        whole["source_project_id"] = json!(transfer.project_id);
        whole["destination_project_id"] = Value::Null;
        whole["accepted"] = json!(false);
    }
    whole
}
