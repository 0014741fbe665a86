//! `/compute/v2.1/servers/{id}/os-volume_attachments`: an instance's volumes.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::schema::{self, Field, Kind, may, must};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::python::truth;
use crate::model::volume::{Attachment, NewAttachment};
use crate::model::{InstanceId, Reason, Result, VolumeId};

/// From here on volumes can be tagged.
const TAGGED: u16 = 49;
/// Tags are shown.
const TAG: u16 = 70;
/// What becomes of the volume with its instance is said.
const DELETE_ON_TERMINATION: u16 = 79;
/// That can be changed.
const CHANGEABLE: u16 = 85;
/// The attachment's own id, instead of the volume's twice.
const ATTACHMENT_ID: u16 = 89;

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    let attachments = services.compute.volumes_of(&auth.ctx, &id).await?;
    let views: Vec<Value> = attachments.iter().map(|attachment| view(attachment, version)).collect();
    Ok(Json(json!({ "volumeAttachments": views })))
}

/// `GET …/{volume}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path((id, volume)): Path<(InstanceId, VolumeId)>,
) -> Result<Json<Value>, Failure> {
    let attachment = services.compute.attachment(&auth.ctx, &id, &volume).await?;
    Ok(Json(json!({ "volumeAttachment": view(&attachment, version) })))
}

/// `POST`.
pub async fn attach(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<InstanceId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let wanted: Wanted = schema::read(body, "volumeAttachment", NEW, version)?;
    let new = NewAttachment {
        volume_id: wanted.volume_id,
        device: wanted.device,
        tag: wanted.tag,
        delete_on_termination: wanted.delete_on_termination.as_ref().and_then(truth).unwrap_or(false),
    };
    let attachment = services.compute.attach_volume(&auth.ctx, &id, new).await?;
    Ok(Json(json!({ "volumeAttachment": view(&attachment, version) })))
}

/// `PUT …/{volume}`: says what becomes of it with the instance. Another volume cannot take its place.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path((id, volume)): Path<(InstanceId, VolumeId)>,
    Body(body): Body<Value>,
) -> Result<StatusCode, Failure> {
    let wanted: Wanted = schema::read(body, "volumeAttachment", CHANGE, version)?;
    services.compute.attachment(&auth.ctx, &id, &volume).await?;
    if wanted.volume_id != volume || version.0 < CHANGEABLE {
        let why = "detach the one and attach the other".to_owned();
        return Err(Reason::VolumeCannot { what: "Replacing an attached volume".to_owned(), why }.into());
    }
    if let Some(whether) = wanted.delete_on_termination.as_ref().and_then(truth) {
        services.compute.set_delete_on_termination(&auth.ctx, &id, &volume, whether).await?;
    }
    Ok(StatusCode::ACCEPTED)
}

/// `DELETE …/{volume}`.
pub async fn detach(
    State(services): State<Services>,
    auth: Auth,
    Path((id, volume)): Path<(InstanceId, VolumeId)>,
) -> Result<StatusCode, Failure> {
    services.compute.detach_volume(&auth.ctx, &id, &volume).await?;
    Ok(StatusCode::ACCEPTED)
}

const NEW: &[Field] = &[
    must("volumeId", Kind::Text(1, 255)),
    may("device", Kind::TextOrNull(0, 255)),
    may("tag", Kind::Text(1, 60)).since(TAGGED),
    may("delete_on_termination", Kind::Boolean).since(DELETE_ON_TERMINATION),
];

const CHANGE: &[Field] = &[
    must("volumeId", Kind::Text(1, 255)),
    may("device", Kind::TextOrNull(0, 255)).since(CHANGEABLE),
    may("tag", Kind::TextOrNull(0, 60)).since(CHANGEABLE),
    may("delete_on_termination", Kind::Boolean).since(CHANGEABLE),
    may("serverId", Kind::Text(1, 255)).since(CHANGEABLE),
    may("id", Kind::Text(1, 255)).since(CHANGEABLE),
];

#[derive(Deserialize)]
struct Wanted {
    #[serde(rename = "volumeId")]
    volume_id: VolumeId,
    device: Option<String>,
    tag: Option<String>,
    delete_on_termination: Option<Value>,
}

fn view(attachment: &Attachment, version: Microversion) -> Value {
    let mut view = json!({
        "volumeId": attachment.volume_id,
        "serverId": attachment.instance_id,
        "device": format!("/dev/{}", attachment.device),
    });
    if version.0 < ATTACHMENT_ID {
        view["id"] = json!(attachment.volume_id);
    } else {
        view["attachment_id"] = json!(attachment.id);
        view["bdm_uuid"] = json!(attachment.id);
    }
    if version.0 >= TAG {
        view["tag"] = json!(attachment.tag);
    }
    if version.0 >= DELETE_ON_TERMINATION {
        view["delete_on_termination"] = json!(attachment.delete_on_termination);
    }
    view
}
