//! `/network/v2.0/networks`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, select};
use crate::http::openstack::time::seconds;
use crate::model::NetworkId;
use crate::model::network::{Network, NetworkPatch, NewNetwork};

/// `GET`: the project's own, shared and external networks.
pub async fn list(State(services): State<Services>, auth: Auth, query: Pairs) -> Result<Json<Value>, Failure> {
    let networks = services.network.networks(&auth.ctx).await?.iter().map(view).collect();
    Ok(Json(json!({ "networks": select(networks, &query) })))
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "network": view(&services.network.network(&auth.ctx, &id.into()).await?) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Create>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let network = services.network.create_network(&auth.ctx, body.network.into()).await?;
    Ok((StatusCode::CREATED, Json(json!({ "network": view(&network) }))))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<NetworkId>,
    Body(body): Body<Update>,
) -> Result<Json<Value>, Failure> {
    let network = services.network.update_network(&auth.ctx, &id, body.network.into()).await?;
    Ok(Json(json!({ "network": view(&network) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_network(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body of a create.
#[derive(Deserialize)]
pub struct Create {
    network: Wanted,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default = "yes")]
    admin_state_up: bool,
    #[serde(default)]
    shared: bool,
    #[serde(default, rename = "router:external")]
    external: bool,
    mtu: Option<i64>,
    #[serde(rename = "provider:network_type")]
    provider_type: Option<String>,
    #[serde(rename = "provider:physical_network")]
    physical_network: Option<String>,
    #[serde(rename = "provider:segmentation_id")]
    segmentation_id: Option<i64>,
    #[serde(rename = "port_security_enabled")]
    port_security: Option<bool>,
}

/// The body of an update.
#[derive(Deserialize)]
pub struct Update {
    network: Change,
}

#[derive(Deserialize)]
struct Change {
    name: Option<String>,
    description: Option<String>,
    admin_state_up: Option<bool>,
    shared: Option<bool>,
    #[serde(rename = "router:external")]
    external: Option<bool>,
    #[serde(rename = "port_security_enabled")]
    port_security: Option<bool>,
}

impl From<Change> for NetworkPatch {
    fn from(change: Change) -> Self {
        let Change { name, description, admin_state_up, shared, external, port_security } = change;
        Self { name, description, admin_state_up, shared, external, port_security }
    }
}

fn yes() -> bool {
    true
}

impl From<Wanted> for NewNetwork {
    fn from(wanted: Wanted) -> Self {
        Self {
            name: wanted.name,
            description: wanted.description,
            admin_state_up: wanted.admin_state_up,
            shared: wanted.shared,
            external: wanted.external,
            mtu: wanted.mtu,
            provider_type: wanted.provider_type,
            physical_network: wanted.physical_network,
            segmentation_id: wanted.segmentation_id,
            port_security: wanted.port_security,
        }
    }
}

fn view(network: &Network) -> Value {
    let subnets: Vec<_> = network.subnets.iter().map(|subnet| &subnet.id).collect();
    json!({
        "id": network.id,
        "name": network.name,
        "description": network.description,
        "project_id": network.project_id,
        "tenant_id": network.project_id,
        "admin_state_up": network.admin_state_up,
        "status": if network.admin_state_up { "ACTIVE" } else { "DOWN" },
        "shared": network.shared,
        "router:external": network.external,
        "mtu": network.mtu,
        "subnets": subnets,
        "provider:network_type": network.provider_type,
        "provider:physical_network": network.physical_network,
        "provider:segmentation_id": network.segmentation_id,
        "port_security_enabled": network.port_security,
        "is_default": false,
        "availability_zone_hints": [],
        "availability_zones": [],
        "ipv4_address_scope": null,
        "ipv6_address_scope": null,
        "tags": [],
        "revision_number": 1,
        "created_at": seconds(network.created_at),
        "updated_at": seconds(network.updated_at),
    })
}
