//! `/compute/v2.1/servers/{id}/ips`.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::server_view::plain_addresses;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::model::{Error, InstanceId, Noun};

/// `GET`: by the name of their network.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    let instance = services.compute.instance(&auth.ctx, &id).await?;
    Ok(Json(json!({ "addresses": plain_addresses(&instance) })))
}

/// `GET …/{network}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path((id, network)): Path<(InstanceId, String)>,
) -> Result<Json<Value>, Failure> {
    let instance = services.compute.instance(&auth.ctx, &id).await?;
    let addresses = plain_addresses(&instance);
    let unknown = || Error::not_found(Noun::Network, network.as_str());
    let on_it = addresses.get(network.as_str()).ok_or_else(unknown)?;
    Ok(Json(json!({ network: on_it })))
}
