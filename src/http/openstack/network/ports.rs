//! `/network/v2.0/ports`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::port_bodies::{Binding, Change, Create, Update};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, select, value, values};
use crate::http::openstack::time::seconds;
use crate::model::network::{AddressPair, Port, PortPatch};
use crate::model::step::Step;
use crate::model::{PortId, Result};

/// `GET`; with `device_id`, the first thing that an agent asks of this service in a launch.
pub async fn list(State(services): State<Services>, auth: Auth, query: Pairs) -> Result<Json<Value>, Failure> {
    auth.note(&services, Step::NETWORK_TOKEN_CHECKED).await;
    let one_device = value(&query, "device_id").filter(|_| values(&query, "device_id").count() == 1);
    let ports = match one_device {
        Some(device) => services.network.ports_of_device(&auth.ctx, &device.into()).await?,
        None => services.network.ports(&auth.ctx, None).await?,
    };
    Ok(Json(json!({ "ports": select(ports.iter().map(view).collect(), &query) })))
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "port": view(&services.network.port(&auth.ctx, &id.into()).await?) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Create>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let port = services.network.create_port(&auth.ctx, body.port.into()).await?;
    Ok((StatusCode::CREATED, Json(json!({ "port": view(&port) }))))
}

/// `PUT …/{id}`: changes the port; with `binding:host_id`, binds it to a host, and to a device if another is named.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<PortId>,
    Body(body): Body<Update>,
) -> Result<Json<Value>, Failure> {
    let Change { binding, patch } = body.port.into();
    let mut port = None;
    if patch != PortPatch::default() || binding.is_none() {
        port = Some(services.network.update_port(&auth.ctx, &id, patch).await?);
    }
    if let Some(Binding { device, host }) = binding {
        let before = match port {
            Some(port) => port,
            None => services.network.port(&auth.ctx, &id).await?,
        };
        let device = device.unwrap_or_else(|| before.device_id.into());
        port = Some(services.network.bind_port(&auth.ctx, &id, &device, &host.unwrap_or(before.host)).await?);
    }
    Ok(Json(json!({ "port": port.as_ref().map(view) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_port(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(port: &Port) -> Value {
    let fixed_ips: Vec<Value> =
        port.fixed_ips.iter().map(|fixed| json!({ "subnet_id": fixed.subnet_id, "ip_address": fixed.ip })).collect();
    let pair = |pair: &AddressPair| {
        let ip = if pair.ip.prefix_len() == pair.ip.max_prefix_len() {
            pair.ip.addr().to_string()
        } else {
            pair.ip.to_string()
        };
        json!({ "ip_address": ip, "mac_address": pair.mac.as_ref().unwrap_or(&port.mac) })
    };
    let pairs: Vec<Value> = port.allowed_address_pairs.iter().map(pair).collect();
    json!({
        "id": port.id,
        "name": port.name,
        "description": port.description,
        "network_id": port.network_id,
        "project_id": port.project_id,
        "tenant_id": port.project_id,
        "mac_address": port.mac,
        "fixed_ips": fixed_ips,
        "admin_state_up": port.admin_state_up,
        "status": port.status,
        "device_id": port.device_id,
        "device_owner": port.device_owner,
        "security_groups": port.security_groups,
        "allowed_address_pairs": pairs,
        "extra_dhcp_opts": [],
        "port_security_enabled": port.port_security,
        "binding:host_id": port.host,
        "binding:vnic_type": "normal",
        "binding:profile": {},
        "binding:vif_type": if port.host.is_empty() { "unbound" } else { "bridge" },
        "binding:vif_details": { "port_filter": port.port_security },
        "tags": [],
        "revision_number": 1,
        "created_at": seconds(port.created_at),
        "updated_at": seconds(port.created_at),
    })
}
