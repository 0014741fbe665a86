//! `/volume/v3/{project}/snapshots`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{read, says};
use super::caller::{Caller, Of};
use super::listing::{self, Key, Page, page};
use super::new_volume::{CHANGE, Change};
use super::volume_query::pairs;
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::python::truth;
use crate::http::openstack::schema::{self, Field, Kind, may, must};
use crate::http::openstack::time::micros;
use crate::model::volume::{NewSnapshot, Snapshot};
use crate::model::{Error, Noun, Result, SnapshotId, VolumeId};

/// `GET`.
pub async fn list(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let view = caller.view();
    let path = format!("/volume/v3/{}/snapshots", ctx.project_id);
    let page = wanted(&caller.services, ctx, &query).await?;
    Ok(Json(page.answer("snapshots", (&caller.base, &path, &query), |snapshot| view.made_snapshot(&snapshot))))
}

/// `GET …/detail`.
pub async fn detail(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let view = caller.view();
    let path = format!("/volume/v3/{}/snapshots/detail", ctx.project_id);
    let page = wanted(&caller.services, ctx, &query).await?;
    Ok(Json(page.answer("snapshots", (&caller.base, &path, &query), |snapshot| view.snapshot(&snapshot))))
}

/// `POST`.
pub async fn create(caller: Caller, Body(body): Body<Value>) -> Result<(StatusCode, Json<Value>), Failure> {
    let ctx = &caller.auth.ctx;
    // As Cinder, which looks for the volume that somebody named as null.
    if body["snapshot"].get("volume_id").is_some_and(Value::is_null) {
        return Err(Error::not_found(Noun::Volume, "None").into());
    }
    let wanted: Wanted = read(body, "snapshot", NEW, caller.version)?;
    // The stock client leaves its `--force` out and then names the version before the one in which that is right.
    let force = wanted.force.as_ref().and_then(truth).unwrap_or(true);
    let new = NewSnapshot {
        volume_id: wanted.volume_id,
        name: wanted.name,
        description: wanted.description,
        metadata: wanted.metadata,
        force,
    };
    let snapshot = caller.services.volume.create_snapshot(ctx, new).await?;
    let view = caller.view();
    Ok((StatusCode::ACCEPTED, Json(json!({ "snapshot": view.made_snapshot(&snapshot) }))))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(Of { id }): Path<Of<SnapshotId>>) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let snapshot = caller.services.volume.snapshot(ctx, &id).await?;
    Ok(Json(json!({ "snapshot": caller.view().snapshot(&snapshot) })))
}

/// `PUT …/{id}`.
pub async fn update(
    caller: Caller,
    Path(Of { id }): Path<Of<SnapshotId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let change: Change = schema::read(body, "snapshot", CHANGE, caller.version)?;
    let snapshot = caller.services.volume.update_snapshot(ctx, &id, change.into()).await?;
    Ok(Json(json!({ "snapshot": caller.view().made_snapshot(&snapshot) })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(Of { id }): Path<Of<SnapshotId>>) -> Result<StatusCode, Failure> {
    caller.services.volume.delete_snapshot(&caller.auth.ctx, &id, false).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `POST …/{id}/action`: what administrators do to them.
pub async fn act(
    caller: Caller,
    Path(Of { id }): Path<Of<SnapshotId>>,
    Body(body): Body<Value>,
) -> Result<StatusCode, Failure> {
    let ctx = &caller.auth.ctx;
    if body.get("os-force_delete").is_some() {
        caller.services.volume.delete_snapshot(ctx, &id, true).await?;
        return Ok(StatusCode::ACCEPTED);
    }
    let wanted: Status = schema::read(body, "os-reset_status", &[must("status", Kind::Text(1, 255))], caller.version)?;
    caller.services.volume.reset_snapshot_status(ctx, &id, &wanted.status).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

const NEW: &[Field] = &[
    must("volume_id", Kind::Text(1, 255)),
    may("name", Kind::Text(0, 255)),
    may("display_name", Kind::Text(0, 255)),
    may("description", Kind::Text(0, 255)),
    may("display_description", Kind::Text(0, 255)),
    may("metadata", Kind::Pairs),
    may("force", Kind::Boolean),
];

#[derive(Deserialize)]
struct Wanted {
    volume_id: VolumeId,
    #[serde(default, alias = "display_name")]
    name: String,
    #[serde(alias = "display_description")]
    description: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    force: Option<Value>,
}

/// The snapshots that a query asks for.
async fn wanted(services: &Services, ctx: &Ctx, query: &[(String, String)]) -> Result<Page<Snapshot>> {
    let mut snapshots = services.volume.snapshots(ctx, says(query, "all_tenants")).await?;
    let metadata = value(query, "metadata").map(pairs).transpose()?;
    let is = |name: &str, has: &str| value(query, name).is_none_or(|wanted| wanted == has);
    let like = |name: &str, has: &str| value(query, name).is_none_or(|wanted| has.contains(wanted));
    snapshots.retain(|snapshot| {
        is("name", &snapshot.name)
            && is("display_name", &snapshot.name)
            && like("name~", &snapshot.name)
            && is("status", snapshot.status.as_str())
            && is("volume_id", snapshot.volume_id.as_str())
            && is("id", snapshot.id.as_str())
            && is("project_id", snapshot.project_id.as_str())
            && metadata.iter().flatten().all(|(key, value)| snapshot.metadata.get(key) == Some(value))
    });
    page(snapshots, query, Noun::Snapshot, |snapshot| snapshot.id.as_str(), key)
}

fn key(snapshot: &Snapshot, name: &str) -> Option<Key> {
    Some(match name {
        "created_at" => listing::text(micros(snapshot.created_at)),
        "updated_at" => listing::text(micros(snapshot.updated_at)),
        "id" => listing::text(&snapshot.id),
        "name" | "display_name" => listing::text(&snapshot.name),
        "size" | "volume_size" => (snapshot.size_gb, String::new()),
        "status" => listing::text(snapshot.status),
        "volume_id" => listing::text(&snapshot.volume_id),
        "project_id" => listing::text(&snapshot.project_id),
        _ => return None,
    })
}
