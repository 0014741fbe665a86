//! `POST /compute/v2.1/servers/{id}/remote-consoles`.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::Reason;

/// The body.
#[derive(Deserialize)]
pub struct Create {
    remote_console: Wanted,
}

#[derive(Deserialize)]
struct Wanted {
    protocol: String,
    #[serde(rename = "type")]
    kind: String,
}

/// An address that opens the instance's screen once.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    Path(id): Path<String>,
    Body(body): Body<Create>,
) -> Result<Json<Value>, Failure> {
    let Wanted { protocol, kind } = body.remote_console;
    if (protocol.as_str(), kind.as_str()) != ("vnc", "novnc") {
        let (field, value, choices) = ("remote_console".into(), format!("{protocol} {kind}"), "vnc novnc".into());
        return Err(Reason::NotAChoice { field, value, choices }.into());
    }
    let ticket = services.console.issue(&auth.ctx, &id.into()).await?;
    let url = format!("{base}/vnc_auto.html?path=%3Ftoken%3D{}", ticket.token);
    Ok(Json(json!({ "remote_console": { "protocol": protocol, "type": kind, "url": url } })))
}
