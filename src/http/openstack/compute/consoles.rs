//! The way to an instance's screen: `POST /compute/v2.1/servers/{id}/remote-consoles`, and an action before 2.6.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::schema::{self, Kind, must};
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::{InstanceId, Reason, Result};

const SINCE: u16 = 6;

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
    version: Microversion,
    Path(id): Path<InstanceId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    version.at_least(SINCE)?;
    let fields = [must("protocol", Kind::Text(1, 255)), must("type", Kind::Text(1, 255))];
    let Wanted { protocol, kind } = schema::read(body, "remote_console", &fields, version)?;
    let url = address(&services, &auth.ctx, &base, &id, &format!("{protocol} {kind}"), "vnc novnc").await?;
    Ok(Json(json!({ "remote_console": { "protocol": protocol, "type": kind, "url": url } })))
}

/// The action `os-getVNCConsole`.
pub async fn by_action(
    services: &Services,
    ctx: &Ctx,
    base: &Base,
    version: Microversion,
    id: &InstanceId,
    arguments: Value,
) -> Result<Json<Value>> {
    #[derive(Deserialize)]
    struct Console {
        r#type: String,
    }
    version.at_most(SINCE - 1)?;
    let fields = [must("type", Kind::Text(1, 255))];
    let Console { r#type: kind } = schema::object(arguments, "os-getVNCConsole", &fields, version)?;
    let url = address(services, ctx, base, id, &kind, "novnc").await?;
    Ok(Json(json!({ "console": { "type": kind, "url": url } })))
}

/// There is one kind of screen.
async fn address(
    services: &Services,
    ctx: &Ctx,
    base: &Base,
    id: &InstanceId,
    wanted: &str,
    had: &str,
) -> Result<String> {
    if wanted != had {
        let (field, value, choices) = ("type".into(), wanted.to_owned(), had.to_owned());
        return Err(Reason::NotAChoice { field, value, choices }.into());
    }
    let ticket = services.console.issue(ctx, id).await?;
    Ok(base.url(&format!("/vnc_auto.html?path=%3Ftoken%3D{}", ticket.token)))
}
