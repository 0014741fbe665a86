//! `/volume/v3/{project}/types`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::{Caller, KeyOf, Of};
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::python::{truth, word_of_truth};
use crate::http::openstack::schema::{self, Field, Kind, may, must};
use crate::model::volume::{DEFAULT_TYPE, NewVolumeType, VolumeType};
use crate::model::{Error, Noun, VolumeTypeId};

/// `GET`.
pub async fn list(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let mut types = caller.services.volume.types(ctx).await?;
    let public = value(&query, "is_public").and_then(word_of_truth);
    types.retain(|kind| {
        public.is_none_or(|wanted| wanted == kind.is_public)
            && value(&query, "name").is_none_or(|wanted| wanted == kind.name)
    });
    Ok(Json(json!({ "volume_types": types.iter().map(|kind| view(ctx, kind)).collect::<Vec<_>>() })))
}

/// `GET …/default`.
pub async fn default(caller: Caller) -> Result<Json<Value>, Failure> {
    one(&caller.services, &caller.auth.ctx, DEFAULT_TYPE).await
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<Json<Value>, Failure> {
    one(&caller.services, &caller.auth.ctx, &id).await
}

async fn one(services: &Services, ctx: &Ctx, id: &str) -> Result<Json<Value>, Failure> {
    let kind = services.volume.volume_type(ctx, id).await?;
    Ok(Json(json!({ "volume_type": view(ctx, &kind) })))
}

/// `POST`.
pub async fn create(caller: Caller, Body(body): Body<Value>) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let wanted: Wanted = schema::read(body, "volume_type", NEW, caller.version)?;
    let new = NewVolumeType {
        name: wanted.name.unwrap_or_default(),
        description: wanted.description,
        is_public: wanted.is_public.as_ref().and_then(truth).unwrap_or(true),
        extra_specs: wanted.extra_specs,
    };
    let kind = caller.services.volume.create_type(ctx, new).await?;
    Ok(Json(json!({ "volume_type": view(ctx, &kind) })))
}

/// `PUT …/{id}`.
pub async fn update(
    caller: Caller,
    Path(Of { id }): Path<Of<VolumeTypeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let wanted: Wanted = schema::read(body, "volume_type", CHANGE, caller.version)?;
    let apply = |kind: &mut NewVolumeType| {
        kind.name = wanted.name.unwrap_or(std::mem::take(&mut kind.name));
        kind.description = wanted.description.or(kind.description.take());
        kind.is_public = wanted.is_public.as_ref().and_then(truth).unwrap_or(kind.is_public);
        Ok(())
    };
    let kind = caller.services.volume.change_type(ctx, &id, apply).await?;
    let mut view = view(ctx, &kind);
    if let Value::Object(members) = &mut view {
        members.retain(|name, _| !["os-volume-type-access:is_public", "qos_specs_id"].contains(&name.as_str()));
    }
    Ok(Json(json!({ "volume_type": view })))
}

/// `DELETE …/{id}`.
pub async fn delete(caller: Caller, Path(Of { id }): Path<Of<VolumeTypeId>>) -> Result<StatusCode, Failure> {
    caller.services.volume.delete_type(&caller.auth.ctx, &id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `GET …/{id}/encryption`: nothing is encrypted.
pub async fn encryption(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<Json<Value>, Failure> {
    caller.services.volume.volume_type(&caller.auth.ctx, &id).await?;
    Ok(Json(json!({})))
}

/// `GET …/{id}/extra_specs`.
pub async fn specs(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let kind = caller.services.volume.volume_type(ctx, &id).await?;
    Ok(Json(json!({ "extra_specs": shown_specs(ctx, &kind) })))
}

/// `POST …/{id}/extra_specs`: adds some.
pub async fn add_specs(
    caller: Caller,
    Path(Of { id }): Path<Of<VolumeTypeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    #[derive(Deserialize)]
    struct Wanted {
        extra_specs: BTreeMap<String, String>,
    }
    let wanted: Wanted = schema::object(body, "body", &[must("extra_specs", Kind::Pairs)], caller.version)?;
    let specs = wanted.extra_specs.clone();
    let apply = |kind: &mut NewVolumeType| {
        kind.extra_specs.extend(specs);
        Ok(())
    };
    caller.services.volume.change_type(&caller.auth.ctx, &id, apply).await?;
    Ok(Json(json!({ "extra_specs": wanted.extra_specs })))
}

/// `GET …/{id}/extra_specs/{key}`.
pub async fn show_spec(caller: Caller, Path(KeyOf { id, key }): Path<KeyOf<String>>) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let kind = caller.services.volume.volume_type(ctx, &id).await?;
    let value = shown_specs(ctx, &kind).remove(&key);
    let value = value.ok_or_else(|| Error::not_found(Noun::VolumeType, format!("{id} extra spec {key}")))?;
    Ok(Json(json!({ key: value })))
}

/// `PUT …/{id}/extra_specs/{key}`.
pub async fn set_spec(
    caller: Caller,
    Path(KeyOf { id, key }): Path<KeyOf<VolumeTypeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    Kind::Pairs.check("body", &body, caller.version)?;
    let Some(value) = body.get(&key).and_then(Value::as_str).map(str::to_owned) else {
        return Err(schema::invalid("body", &body, format!("'{key}' is a required property")).into());
    };
    let answer = json!({ &key: value });
    let apply = |kind: &mut NewVolumeType| {
        kind.extra_specs.insert(key, value);
        Ok(())
    };
    caller.services.volume.change_type(&caller.auth.ctx, &id, apply).await?;
    Ok(Json(answer))
}

/// `DELETE …/{id}/extra_specs/{key}`.
pub async fn remove_spec(
    caller: Caller,
    Path(KeyOf { id, key }): Path<KeyOf<VolumeTypeId>>,
) -> Result<StatusCode, Failure> {
    let unknown = || Error::not_found(Noun::VolumeType, format!("{id} extra spec {key}"));
    let apply = |kind: &mut NewVolumeType| kind.extra_specs.remove(&key).map(drop).ok_or_else(unknown);
    caller.services.volume.change_type(&caller.auth.ctx, &id, apply).await?;
    Ok(StatusCode::ACCEPTED)
}

const NEW: &[Field] = &[
    must("name", Kind::Text(1, 255)),
    may("description", Kind::TextOrNull(0, 255)),
    may("extra_specs", Kind::Pairs),
    may("os-volume-type-access:is_public", Kind::Boolean),
];

const CHANGE: &[Field] = &[
    may("name", Kind::TextOrNull(1, 255)),
    may("description", Kind::TextOrNull(0, 255)),
    may("is_public", Kind::Boolean),
];

#[derive(Deserialize)]
struct Wanted {
    name: Option<String>,
    description: Option<String>,
    #[serde(alias = "os-volume-type-access:is_public")]
    is_public: Option<Value>,
    #[serde(default)]
    extra_specs: BTreeMap<String, String>,
}

/// How a type is kept is its administrators' business.
fn shown_specs(ctx: &Ctx, kind: &VolumeType) -> BTreeMap<String, String> {
    if ctx.is_admin() { kind.extra_specs.clone() } else { BTreeMap::new() }
}

/// As the API shows it.
pub fn view(ctx: &Ctx, kind: &VolumeType) -> Value {
    json!({
        "id": kind.id,
        "name": kind.name,
        "description": kind.description,
        "is_public": kind.is_public,
        "os-volume-type-access:is_public": kind.is_public,
        "extra_specs": shown_specs(ctx, kind),
    })
}
