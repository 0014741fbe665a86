//! `POST …/volumes/{id}/action`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::caller::{Caller, Of};
use super::uploads;
use crate::control::volume::Deleting;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::python::{truth, whole_number};
use crate::http::openstack::schema::{self, Field, Kind, may, must};
use crate::model::volume::MetadataChange;
use crate::model::{Reason, Result, VolumeId};

/// From here on a volume can be extended while an instance has it.
const EXTEND_IN_USE: u16 = 42;

/// What the compute API does by itself: a person who did it would leave instance and volume in disagreement.
const COMPUTE_S: [&str; 7] = [
    "os-attach",
    "os-detach",
    "os-begin_detaching",
    "os-roll_detaching",
    "os-initialize_connection",
    "os-terminate_connection",
    "os-force_detach",
];

/// `POST`.
pub async fn act(
    caller: Caller,
    Path(Of { id }): Path<Of<VolumeId>>,
    Body(body): Body<Value>,
) -> Result<Response, Failure> {
    let ctx = &caller.auth.ctx;
    let service = &caller.services.volume;
    let action = body.as_object().and_then(|body| body.keys().next()).cloned().unwrap_or_default();
    let accepted = Ok(StatusCode::ACCEPTED.into_response());
    match action.as_str() {
        "os-extend" => {
            let wanted: Extend = read(body, &action, &[must("new_size", Kind::Integer(1))], caller.version)?;
            let size = whole_number(&wanted.new_size).unwrap_or_default();
            service.extend(ctx, &id, size, caller.version.0 >= EXTEND_IN_USE).await?;
            accepted
        }
        "os-set_bootable" => {
            let wanted: Bootable = read(body, &action, &[must("bootable", Kind::Boolean)], caller.version)?;
            service.set_bootable(ctx, &id, truth(&wanted.bootable).unwrap_or(false)).await?;
            Ok(StatusCode::OK.into_response())
        }
        "os-update_readonly_flag" => {
            let wanted: ReadOnly = read(body, &action, &[must("readonly", Kind::Boolean)], caller.version)?;
            service.set_read_only(ctx, &id, truth(&wanted.readonly).unwrap_or(false)).await?;
            accepted
        }
        "os-reset_status" => {
            let wanted: Status = read(body, &action, STATUS, caller.version)?;
            let Some(status) = wanted.status else { return Err(cannot("attach_status").into()) };
            service.reset_status(ctx, &id, &status).await?;
            accepted
        }
        "os-force_delete" => {
            service.delete(ctx, &id, Deleting { cascade: false, force: true }).await?;
            accepted
        }
        "os-volume_upload_image" => uploads::upload(service, ctx, &id, body, caller.version).await,
        "os-reserve" | "os-unreserve" => {
            service.set_reserved(ctx, &id, action == "os-reserve").await?;
            accepted
        }
        "os-set_image_metadata" => {
            let wanted: ImageMetadata = read(body, &action, &[must("metadata", Kind::Pairs)], caller.version)?;
            let metadata = service.change_image_metadata(ctx, &id, MetadataChange::Merge(wanted.metadata)).await?;
            Ok(Json(json!({ "metadata": metadata })).into_response())
        }
        "os-unset_image_metadata" => {
            let wanted: ImageKey = read(body, &action, &[must("key", Kind::Text(1, 255))], caller.version)?;
            service.change_image_metadata(ctx, &id, MetadataChange::Remove(wanted.key)).await?;
            Ok(StatusCode::OK.into_response())
        }
        "os-show_image_metadata" => {
            let volume = service.volume(ctx, &id).await?;
            Ok(Json(json!({ "metadata": volume.image_metadata })).into_response())
        }
        _ => {
            service.volume(ctx, &id).await?;
            Err(cannot(&action).into())
        }
    }
}

fn read<T: DeserializeOwned>(body: Value, action: &str, fields: &[Field], version: Microversion) -> Result<T> {
    schema::read(body, action, fields, version)
}

/// Why an action cannot be had.
fn cannot(action: &str) -> Reason {
    let refused = |what: &str, why: &str| Reason::VolumeCannot { what: what.to_owned(), why: why.to_owned() };
    match action {
        "os-retype" => refused("Changing a volume's type", "all types are kept in the same way"),
        "os-migrate_volume" | "os-migrate_volume_completion" => {
            refused("Moving a volume", "volumes stay on the host that they were made on")
        }
        "os-reimage" => refused("Filling a volume anew", "make a new volume from the image instead"),
        "attach_status" => refused(
            "Setting only the attachment or migration status of a volume",
            "which instance has it follows from its attachments; detach the volume instead",
        ),
        "os-unmanage" => refused("Letting go of a volume", "it would lie on its host, and nobody would know of it"),
        known if COMPUTE_S.contains(&known) => {
            refused(known, "volumes come to instances, and leave them, by the compute API")
        }
        other => Reason::Malformed { why: format!("there is no such action: {other}") },
    }
}

#[derive(Deserialize)]
struct Extend {
    new_size: Value,
}

#[derive(Deserialize)]
struct Bootable {
    bootable: Value,
}

#[derive(Deserialize)]
struct ReadOnly {
    readonly: Value,
}

const STATUS: &[Field] = &[
    may("status", Kind::Text(1, 255)),
    may("attach_status", Kind::TextOrNull(0, 255)),
    may("migration_status", Kind::TextOrNull(0, 255)),
];

#[derive(Deserialize)]
struct Status {
    status: Option<String>,
}

#[derive(Deserialize)]
struct ImageMetadata {
    metadata: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct ImageKey {
    key: String,
}
