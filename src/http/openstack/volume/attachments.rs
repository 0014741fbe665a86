//! `/volume/v3/{project}/attachments`.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::bus::contract::AttachmentPlan;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::model::step::Step;

use crate::model::{InstanceId, Reason};

/// Whose attachments are asked for.
#[derive(Deserialize)]
pub struct Wanted {
    instance_id: Option<InstanceId>,
}

/// `GET`: the volumes that an instance was asked to have, with how its host reaches them.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(project): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Value>, Failure> {
    if project != auth.ctx.project_id.as_str() {
        return Err(Reason::Malformed { why: "the path names another project than the token".into() }.into());
    }
    let id = wanted.instance_id.ok_or(Reason::Required { field: "instance_id".into() })?;
    auth.note(&services, Step::VOLUME_TOKEN_CHECKED).await;
    let instance = services.compute.instance(&auth.ctx, &id).await?;
    let host = instance.host.unwrap_or_default();
    let connections = services.volume.connections(&auth.ctx, &id, &host).await?;
    let attachments: Vec<Value> = connections.iter().map(|connection| view(&id, connection)).collect();
    Ok(Json(json!({ "attachments": attachments })))
}

fn view(instance: &InstanceId, connection: &AttachmentPlan) -> Value {
    json!({
        "volume_id": connection.volume_id,
        "instance": instance,
        "status": "reserved",
        "connection_info": { "device": connection.device },
    })
}
