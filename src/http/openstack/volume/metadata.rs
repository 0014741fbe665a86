//! `…/volumes/{id}/metadata` and `…/snapshots/{id}/metadata`, the same for both.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, get};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::caller::{Caller, KeyOf, Of};
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::schema::{self, Kind, must};
use crate::http::state::AppState;
use crate::model::volume::{Metadata, MetadataChange};
use crate::model::{Error, Noun, Reason, Result, SnapshotId, VolumeId};

/// What has metadata, by its id.
pub trait Bearer: DeserializeOwned + AsRef<str> + Send + Sync + 'static {
    const NOUN: Noun;

    fn metadata(&self, services: &Services, ctx: &Ctx) -> impl Future<Output = Result<Metadata>> + Send;

    fn change(
        &self,
        services: &Services,
        ctx: &Ctx,
        change: MetadataChange,
    ) -> impl Future<Output = Result<Metadata>> + Send;
}

impl Bearer for VolumeId {
    const NOUN: Noun = Noun::Volume;

    async fn metadata(&self, services: &Services, ctx: &Ctx) -> Result<Metadata> {
        Ok(services.volume.volume(ctx, self).await?.metadata)
    }

    async fn change(&self, services: &Services, ctx: &Ctx, change: MetadataChange) -> Result<Metadata> {
        services.volume.change_metadata(ctx, self, change).await
    }
}

impl Bearer for SnapshotId {
    const NOUN: Noun = Noun::Snapshot;

    async fn metadata(&self, services: &Services, ctx: &Ctx) -> Result<Metadata> {
        Ok(services.volume.snapshot(ctx, self).await?.metadata)
    }

    async fn change(&self, services: &Services, ctx: &Ctx, change: MetadataChange) -> Result<Metadata> {
        services.volume.change_snapshot_metadata(ctx, self, change).await
    }
}

/// `…/metadata`.
pub fn all<T: Bearer>() -> MethodRouter<AppState> {
    get(list::<T>).post(merge::<T>).put(replace::<T>)
}

/// `…/metadata/{key}`.
pub fn one<T: Bearer>() -> MethodRouter<AppState> {
    get(show::<T>).put(set::<T>).delete(remove::<T>)
}

async fn list<T: Bearer>(caller: Caller, Path(Of { id }): Path<Of<T>>) -> Result<Json<Value>, Failure> {
    Ok(whole(&id.metadata(&caller.services, &caller.auth.ctx).await?))
}

/// Adds items.
async fn merge<T: Bearer>(
    caller: Caller,
    Path(Of { id }): Path<Of<T>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let change = MetadataChange::Merge(asked(body, caller.version)?);
    Ok(whole(&id.change(&caller.services, &caller.auth.ctx, change).await?))
}

/// These items and no others.
async fn replace<T: Bearer>(
    caller: Caller,
    Path(Of { id }): Path<Of<T>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let change = MetadataChange::Replace(asked(body, caller.version)?);
    Ok(whole(&id.change(&caller.services, &caller.auth.ctx, change).await?))
}

async fn show<T: Bearer>(caller: Caller, Path(KeyOf { id, key }): Path<KeyOf<T>>) -> Result<Json<Value>, Failure> {
    Ok(item(&id.metadata(&caller.services, &caller.auth.ctx).await?, &id, &key)?)
}

async fn set<T: Bearer>(
    caller: Caller,
    Path(KeyOf { id, key }): Path<KeyOf<T>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let change = MetadataChange::Merge(asked_item(body, caller.version, &key)?);
    Ok(item(&id.change(&caller.services, &caller.auth.ctx, change).await?, &id, &key)?)
}

async fn remove<T: Bearer>(caller: Caller, Path(KeyOf { id, key }): Path<KeyOf<T>>) -> Result<StatusCode, Failure> {
    id.change(&caller.services, &caller.auth.ctx, MetadataChange::Remove(key)).await?;
    Ok(StatusCode::OK)
}

fn whole(metadata: &Metadata) -> Json<Value> {
    Json(json!({ "metadata": metadata }))
}

fn item<T: Bearer>(metadata: &Metadata, id: &T, key: &str) -> Result<Json<Value>> {
    let missing = || Error::not_found(T::NOUN, format!("{} metadata {key}", id.as_ref()));
    Ok(Json(json!({ "meta": { key: metadata.get(key).ok_or_else(missing)? } })))
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
