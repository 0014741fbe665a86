//! `/network/v2.0/ports`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::bulk::{Several, answer};
use super::collection;
use super::conditional::Change;
use super::port_bodies::{Binding, Changes, PORT, PortChange, Wanted};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::seconds;
use crate::model::network::{AddressPair, Port, PortPatch};
use crate::model::step::Step;
use crate::model::{Noun, PortId, Result};

/// `GET`; with `device_id`, the first thing that an agent asks of this service in a launch.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    auth.note(&services, Step::NETWORK_TOKEN_CHECKED).await;
    let ports = match wanted.only_value("device_id") {
        Some(device) => services.network.ports_of_device(&auth.ctx, &device.into()).await?,
        None => services.network.ports(&auth.ctx, None).await?,
    };
    Ok(wanted.list("ports", Noun::Port, ports.iter().map(|port| view(&auth, port)).collect())?)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let port = services.network.port(&auth.ctx, &id.into()).await?;
    Ok(Json(json!({ "port": wanted.fields(view(&auth, &port)) })))
}

/// `POST`: one, or several at once.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (wanted, many) = Several::<Wanted>::read(&auth.ctx, body, &PORT)?.split(|wanted| Ok(wanted.into()))?;
    let made = services.network.create_ports(wanted).await?;
    let made = made.iter().map(|port| view(&auth, port)).collect();
    Ok((StatusCode::CREATED, Json(answer(&PORT, many, made))))
}

/// `PUT …/{id}`: changes the port; with `binding:host_id`, binds it to a host, and to a device if another is named.
pub async fn update(
    State(services): State<Services>,
    Change(mut auth): Change,
    Path(id): Path<PortId>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<Value>, Failure> {
    let change: Changes = PORT.change(body)?;
    let PortChange { binding, patch } = change.into();
    let mut port = None;
    if patch != PortPatch::default() || binding.is_none() {
        port = Some(services.network.update_port(&auth.ctx, &id, patch).await?);
        auth.ctx.only_at = None; // it was
    }
    if let Some(Binding { device, host }) = binding {
        let before = match port {
            Some(port) => port,
            None => services.network.port(&auth.ctx, &id).await?,
        };
        let device = device.unwrap_or_else(|| before.device_id.into());
        port = Some(services.network.bind_port(&auth.ctx, &id, &device, &host.unwrap_or(before.host)).await?);
    }
    Ok(Json(json!({ "port": port.as_ref().map(|port| view(&auth, port)) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_port(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A port as the caller may see it: where it is plugged in is for administrators and for agents that build on it.
fn view(auth: &Auth, port: &Port) -> Value {
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
    let mut view = json!({
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
        "binding:vnic_type": "normal",
        "tags": port.standard.tags,
        "revision_number": port.standard.revision,
        "created_at": seconds(port.created_at),
        "updated_at": seconds(port.updated_at),
    });
    if auth.ctx.is_admin() || auth.builds() {
        view["binding:host_id"] = json!(port.host);
        view["binding:profile"] = json!({});
        view["binding:vif_type"] = json!(if port.host.is_empty() { "unbound" } else { "bridge" });
        view["binding:vif_details"] = json!({ "connectivity": "l2", "port_filter": port.port_security });
    }
    view
}
