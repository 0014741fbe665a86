//! `/volume/v3/{project}/attachments`.

use axum::Json;
use axum::extract::{Path, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::caller::{Caller, Of};
use crate::bus::contract::AttachmentPlan;
use crate::http::failure::Failure;
use crate::http::openstack::python::word_of_truth;
use crate::http::openstack::time::micros;
use crate::model::state::VmState;
use crate::model::step::Step;
use crate::model::volume::{AttachStatus, Attachment};
use crate::model::{Error, InstanceId, Noun, Result, VolumeId};

/// Whose attachments are asked for.
#[derive(Deserialize)]
pub struct Wanted {
    instance_id: Option<InstanceId>,
    volume_id: Option<VolumeId>,
    all_tenants: Option<String>,
}

/// `GET`: where the project's volumes are, or an instance's. While it is being built, also how its host reaches them, which is
/// what every launch asks; later that is between hosts and the conductor.
pub async fn list(caller: Caller, Query(wanted): Query<Wanted>) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let attachments: Vec<Value> = match &wanted.instance_id {
        Some(id) => {
            caller.auth.note(&caller.services, Step::VOLUME_TOKEN_CHECKED).await;
            let instance = caller.services.compute.instance(ctx, id).await?;
            match instance.host.filter(|_| instance.vm_state == VmState::Building) {
                Some(host) => {
                    let connections = caller.services.volume.connections(ctx, id, &host).await?;
                    connections.iter().map(|connection| connected(id, connection)).collect()
                }
                None => instance.volumes.iter().map(view).collect(),
            }
        }
        None => {
            let is_wanted = |known: &&Attachment| wanted.volume_id.as_ref().is_none_or(|id| *id == known.volume_id);
            let everybody = wanted.all_tenants.as_deref().and_then(word_of_truth).unwrap_or(false);
            all(&caller, everybody).await?.iter().filter(is_wanted).map(view).collect()
        }
    };
    Ok(Json(json!({ "attachments": attachments })))
}

/// `GET …/{id}`.
pub async fn show(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<Json<Value>, Failure> {
    let attachments = all(&caller, true).await?;
    let found = attachments.iter().find(|known| known.id.as_str() == id);
    let found = found.ok_or_else(|| Error::not_found(Noun::Attachment, id.as_str()))?;
    Ok(Json(json!({ "attachment": view(found) })))
}

/// Those of the project's volumes, or of `everybody`'s as far as the caller may see them.
async fn all(caller: &Caller, everybody: bool) -> Result<Vec<Attachment>> {
    let volumes = caller.services.volume.volumes(&caller.auth.ctx, everybody).await?;
    Ok(volumes.into_iter().flat_map(|volume| volume.attachments).collect())
}

fn view(attachment: &Attachment) -> Value {
    json!({
        "id": attachment.id,
        "volume_id": attachment.volume_id,
        "instance": attachment.instance_id,
        "status": attachment.status,
        "attach_mode": if attachment.read_only { "ro" } else { "rw" },
        "attached_at": attachment.attached_at.map(micros),
        "detached_at": null,
        "connection_info": {},
    })
}

/// What the agent reads is the whole of `connection_info`.
fn connected(instance: &InstanceId, connection: &AttachmentPlan) -> Value {
    json!({
        "id": connection.attachment_id,
        "volume_id": connection.volume_id,
        "instance": instance,
        "status": if connection.status == AttachStatus::Attaching { "reserved" } else { connection.status.as_str() },
        "attach_mode": if connection.read_only { "ro" } else { "rw" },
        "connection_info": connection,
    })
}
