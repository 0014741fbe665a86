//! `os-volume_upload_image`: an image of a volume.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::types;
use crate::control::Ctx;
use crate::control::volume::VolumeService;
use crate::http::failure::Failure;
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::python::truth;
use crate::http::openstack::schema::{self, Field, Kind as Holds, may, must};
use crate::http::openstack::time::micros;
use crate::model::image::{DiskFormat, Visibility};
use crate::model::volume::VolumeUpload;
use crate::model::{Kind, Reason, Result, VolumeId};

/// From here on the caller says who may see the image, and whether it can be deleted.
const SHARING: u16 = 1;

const FIELDS: &[Field] = &[
    must("image_name", Holds::Text(1, 255)),
    may("force", Holds::Boolean),
    may("disk_format", Holds::OneOf(&["raw", "qcow2"])),
    may("container_format", Holds::OneOf(&["bare"])),
    may("visibility", Holds::OneOf(&["community", "public", "private", "shared"])).since(SHARING),
    may("protected", Holds::Boolean).since(SHARING),
];

#[derive(Deserialize)]
struct Wanted {
    image_name: String,
    force: Option<Value>,
    disk_format: Option<DiskFormat>,
    visibility: Option<Visibility>,
    protected: Option<Value>,
}

/// Begins to make one.
pub async fn upload(
    service: &VolumeService,
    ctx: &Ctx,
    id: &VolumeId,
    body: Value,
    version: Microversion,
) -> Result<Response, Failure> {
    let wanted: Wanted = schema::read(body, "os-volume_upload_image", FIELDS, version)?;
    let is = |value: Option<Value>| value.as_ref().and_then(truth).unwrap_or(false);
    // Before that, the image service's own default holds.
    let usual = if version.0 >= SHARING { Visibility::Private } else { Visibility::Shared };
    let wanted = VolumeUpload {
        image_name: wanted.image_name,
        disk_format: wanted.disk_format.unwrap_or(DiskFormat::Raw),
        visibility: wanted.visibility.unwrap_or(usual),
        protected: is(wanted.protected),
        force: is(wanted.force),
    };
    let (volume, image) = service.upload(ctx, id, wanted).await.map_err(|error| match error.reason {
        // As Cinder does.
        Reason::VolumeState { .. } => Failure::of_kind(error, Kind::BadRequest),
        _ => error.into(),
    })?;
    // None of a kind that the caller may not see.
    let kind = service.volume_type(ctx, volume.type_id.as_str()).await.ok();
    let answer = json!({
        "id": volume.id,
        "status": volume.status,
        "size": volume.size_gb,
        "updated_at": micros(volume.updated_at),
        "display_description": volume.description,
        "volume_type": kind.map(|kind| types::view(ctx, &kind)),
        "image_id": image.id,
        "image_name": image.name,
        "disk_format": image.disk_format,
        "container_format": image.container_format,
        "visibility": image.visibility,
        "protected": image.protected,
    });
    Ok((StatusCode::ACCEPTED, Json(json!({ "os-volume_upload_image": answer }))).into_response())
}
