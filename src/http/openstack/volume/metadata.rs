//! `…/volumes/{id}/metadata` and `…/snapshots/{id}/metadata`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::caller::{Caller, KeyOf, Of};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::schema::{self, Kind, must};
use crate::model::volume::VolumeChange;
use crate::model::{Error, Noun, Reason, Result, SnapshotId, VolumeId};

type Metadata = BTreeMap<String, String>;

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    caller: Caller,
    Path(Of { id }): Path<Of<VolumeId>>,
) -> Result<Json<Value>, Failure> {
    Ok(whole(services.volume.volume(&caller.auth.ctx, &id).await?.metadata))
}

/// `POST`: adds items.
pub async fn merge(
    State(services): State<Services>,
    caller: Caller,
    version: Microversion,
    Path(Of { id }): Path<Of<VolumeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let more = asked(body, version)?;
    Ok(whole(services.volume.merge_metadata(&caller.auth.ctx, &id, more).await?.metadata))
}

/// `PUT`: these items and no others.
pub async fn replace(
    State(services): State<Services>,
    caller: Caller,
    version: Microversion,
    Path(Of { id }): Path<Of<VolumeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let change = VolumeChange { metadata: Some(asked(body, version)?), ..VolumeChange::default() };
    Ok(whole(services.volume.update(&caller.auth.ctx, &id, change).await?.metadata))
}

/// `GET …/{key}`.
pub async fn show(
    State(services): State<Services>,
    caller: Caller,
    Path(KeyOf { id, key }): Path<KeyOf<VolumeId>>,
) -> Result<Json<Value>, Failure> {
    let metadata = services.volume.volume(&caller.auth.ctx, &id).await?.metadata;
    Ok(item(&metadata, Noun::Volume, id.as_str(), &key)?)
}

/// `PUT …/{key}`.
pub async fn set(
    State(services): State<Services>,
    caller: Caller,
    version: Microversion,
    Path(KeyOf { id, key }): Path<KeyOf<VolumeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let more = asked_item(body, version, &key)?;
    let metadata = services.volume.merge_metadata(&caller.auth.ctx, &id, more).await?.metadata;
    Ok(item(&metadata, Noun::Volume, id.as_str(), &key)?)
}

/// `DELETE …/{key}`.
pub async fn remove(
    State(services): State<Services>,
    caller: Caller,
    Path(KeyOf { id, key }): Path<KeyOf<VolumeId>>,
) -> Result<StatusCode, Failure> {
    services.volume.remove_metadata(&caller.auth.ctx, &id, &key).await?;
    Ok(StatusCode::OK)
}

/// `GET`.
pub async fn list_of_snapshot(
    State(services): State<Services>,
    caller: Caller,
    Path(Of { id }): Path<Of<SnapshotId>>,
) -> Result<Json<Value>, Failure> {
    Ok(whole(services.volume.snapshot(&caller.auth.ctx, &id).await?.metadata))
}

/// `POST`: adds items.
pub async fn merge_of_snapshot(
    State(services): State<Services>,
    caller: Caller,
    version: Microversion,
    Path(Of { id }): Path<Of<SnapshotId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let more = asked(body, version)?;
    Ok(whole(services.volume.merge_snapshot_metadata(&caller.auth.ctx, &id, more).await?.metadata))
}

/// `PUT`: these items and no others.
pub async fn replace_of_snapshot(
    State(services): State<Services>,
    caller: Caller,
    version: Microversion,
    Path(Of { id }): Path<Of<SnapshotId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let change = VolumeChange { metadata: Some(asked(body, version)?), ..VolumeChange::default() };
    Ok(whole(services.volume.update_snapshot(&caller.auth.ctx, &id, change).await?.metadata))
}

/// `GET …/{key}`.
pub async fn show_of_snapshot(
    State(services): State<Services>,
    caller: Caller,
    Path(KeyOf { id, key }): Path<KeyOf<SnapshotId>>,
) -> Result<Json<Value>, Failure> {
    let metadata = services.volume.snapshot(&caller.auth.ctx, &id).await?.metadata;
    Ok(item(&metadata, Noun::Snapshot, id.as_str(), &key)?)
}

/// `PUT …/{key}`.
pub async fn set_of_snapshot(
    State(services): State<Services>,
    caller: Caller,
    version: Microversion,
    Path(KeyOf { id, key }): Path<KeyOf<SnapshotId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let more = asked_item(body, version, &key)?;
    let metadata = services.volume.merge_snapshot_metadata(&caller.auth.ctx, &id, more).await?.metadata;
    Ok(item(&metadata, Noun::Snapshot, id.as_str(), &key)?)
}

/// `DELETE …/{key}`.
pub async fn remove_of_snapshot(
    State(services): State<Services>,
    caller: Caller,
    Path(KeyOf { id, key }): Path<KeyOf<SnapshotId>>,
) -> Result<StatusCode, Failure> {
    services.volume.remove_snapshot_metadata(&caller.auth.ctx, &id, &key).await?;
    Ok(StatusCode::OK)
}

fn whole(metadata: Metadata) -> Json<Value> {
    Json(json!({ "metadata": metadata }))
}

fn item(metadata: &Metadata, noun: Noun, id: &str, key: &str) -> Result<Json<Value>> {
    let value = metadata.get(key).ok_or_else(|| Error::not_found(noun, format!("{id} metadata {key}")))?;
    Ok(Json(json!({ "meta": { key: value } })))
}

fn asked(body: Value, version: Microversion) -> Result<Metadata> {
    #[derive(serde::Deserialize)]
    struct Asked {
        metadata: Metadata,
    }
    let fields = [must("metadata", Kind::Pairs)];
    Ok(schema::object::<Asked>(body, "body", &fields, version)?.metadata)
}

/// One item, which the path names as well.
fn asked_item(body: Value, version: Microversion, key: &str) -> Result<Metadata> {
    #[derive(serde::Deserialize)]
    struct Asked {
        meta: Metadata,
    }
    let meta = schema::object::<Asked>(body, "body", &[must("meta", Kind::Pairs)], version)?.meta;
    if meta.len() != 1 || !meta.contains_key(key) {
        return Err(Reason::Malformed { why: "the body must have the one item that the path names".into() }.into());
    }
    Ok(meta)
}
