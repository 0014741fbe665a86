//! `/image/v2/images`: records.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::control::Services;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, select};
use crate::http::openstack::time::seconds;
use crate::model::image::{DiskFormat, Image, NewImage, Visibility};
use crate::model::step::Step;
use crate::model::{Reason, Result};

/// `GET`: the images that the caller may see.
pub async fn list(State(services): State<Services>, auth: Auth, query: Pairs) -> Result<Json<Value>, Failure> {
    let images = services.image.images(&auth.ctx).await?.iter().map(view).collect();
    let images = select(images, &query);
    Ok(Json(json!({ "images": images, "first": "/v2/images", "schema": "/v2/schemas/images" })))
}

/// `GET …/{id}`; the first thing that an agent asks of this service in a launch.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    auth.note(&services, Step::IMAGE_TOKEN_CHECKED).await;
    Ok(Json(view(&services.image.image(&auth.ctx, &id.into()).await?)))
}

/// `POST`: a record without data.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    Body(record): Body<Record>,
) -> Result<Response, Failure> {
    let image = services.image.create(&auth.ctx, record.try_into()?).await?;
    let location = format!("{base}/image/v2/images/{}", image.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(view(&image))).into_response())
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.image.delete(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of a create. What is no member of its own is a free property.
#[derive(Deserialize)]
pub struct Record {
    name: Option<String>,
    disk_format: Option<DiskFormat>,
    container_format: Option<String>,
    visibility: Option<Visibility>,
    #[serde(default)]
    min_disk: i64,
    #[serde(default)]
    min_ram: i64,
    #[serde(default)]
    protected: bool,
    #[serde(flatten)]
    properties: Map<String, Value>,
}

impl TryFrom<Record> for NewImage {
    type Error = crate::model::Error;

    fn try_from(record: Record) -> Result<Self> {
        if let Some(other) = record.container_format.filter(|format| format != "bare") {
            let (field, choices) = ("container_format".into(), "bare".into());
            return Err(Reason::NotAChoice { field, value: other, choices }.into());
        }
        let mut properties: BTreeMap<String, String> =
            record.properties.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
        Ok(Self {
            name: record.name.unwrap_or_default(),
            description: properties.remove("description"),
            disk_format: record.disk_format.ok_or(Reason::Required { field: "disk_format".into() })?,
            visibility: record.visibility.unwrap_or(Visibility::Shared),
            min_disk: record.min_disk,
            min_ram: record.min_ram,
            protected: record.protected,
            properties,
        })
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn view(image: &Image) -> Value {
    let path = format!("/v2/images/{}", image.id);
    let mut view = json!(image.properties);
    let description = image.description.as_ref().map(|text| json!({ "description": text }));
    let members = json!({
        "id": image.id,
        "name": image.name,
        "owner": image.owner,
        "status": image.status,
        "visibility": image.visibility,
        "protected": image.protected,
        "disk_format": image.disk_format,
        "container_format": "bare",
        "size": image.size,
        "virtual_size": image.virtual_size,
        "checksum": image.checksum,
        "os_hash_algo": image.sha256.as_ref().map(|_| "sha256"),
        "os_hash_value": image.sha256,
        "os_hidden": false,
        "min_disk": image.min_disk,
        "min_ram": image.min_ram,
        "tags": [],
        "created_at": seconds(image.created_at),
        "updated_at": seconds(image.updated_at),
        "self": path,
        "file": format!("{path}/file"),
        "schema": "/v2/schemas/image",
    });
    // Members of the record win over properties that somebody gave the same name.
    for more in description.into_iter().chain([members]) {
        if let (Value::Object(view), Value::Object(more)) = (&mut view, more) {
            view.extend(more);
        }
    }
    view
}
