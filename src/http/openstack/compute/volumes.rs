//! `/compute/v2.1/servers/{id}/os-volume_attachments`: there are no volumes yet.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::model::InstanceId;

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    services.compute.instance(&auth.ctx, &id).await?;
    Ok(Json(json!({ "volumeAttachments": [] })))
}
