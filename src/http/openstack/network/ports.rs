//! `/network/v2.0/ports`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, select, value, values};
use crate::http::openstack::time::seconds;
use crate::model::network::{NewPort, Port};
use crate::model::step::Step;
use crate::model::{InstanceId, NetworkId, PortId, Reason, Result};

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
    let port = services.network.create_port(&auth.ctx, body.port.try_into()?).await?;
    Ok((StatusCode::CREATED, Json(json!({ "port": view(&port) }))))
}

/// `PUT …/{id}`: binds the port to a host, and to a device if another is named.
pub async fn bind(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<PortId>,
    Body(body): Body<Bind>,
) -> Result<Json<Value>, Failure> {
    let device: InstanceId = match body.port.device_id {
        Some(device) => device,
        None => services.network.port(&auth.ctx, &id).await?.device_id.into(),
    };
    let port = services.network.bind_port(&auth.ctx, &id, &device, &body.port.host).await?;
    Ok(Json(json!({ "port": view(&port) })))
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

/// The body of a binding.
#[derive(Deserialize)]
pub struct Bind {
    port: Binding,
}

#[derive(Deserialize)]
struct Binding {
    device_id: Option<InstanceId>,
    #[serde(rename = "binding:host_id")]
    host: String,
}

/// The body of a create.
#[derive(Deserialize)]
pub struct Create {
    port: Wanted,
}

#[derive(Deserialize)]
struct Wanted {
    network_id: NetworkId,
    #[serde(default)]
    name: String,
    #[serde(default)]
    fixed_ips: Vec<FixedIp>,
    mac_address: Option<String>,
    #[serde(default)]
    device_id: String,
    #[serde(default)]
    device_owner: String,
    #[serde(default, rename = "binding:host_id")]
    host: String,
    security_groups: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct FixedIp {
    ip_address: Option<String>,
}

impl TryFrom<Wanted> for NewPort {
    type Error = crate::model::Error;

    fn try_from(mut wanted: Wanted) -> Result<Self> {
        if wanted.fixed_ips.len() > 1 {
            return Err(Reason::OutOfRange { field: "fixed_ips".into(), min: 0, max: 1 }.into());
        }
        Ok(Self {
            network_id: wanted.network_id,
            name: wanted.name,
            fixed_ip: wanted.fixed_ips.pop().and_then(|fixed| fixed.ip_address),
            mac: wanted.mac_address,
            device_id: wanted.device_id,
            device_owner: wanted.device_owner,
            host: wanted.host,
            security_groups: wanted.security_groups,
            ..Self::default()
        })
    }
}

fn view(port: &Port) -> Value {
    let fixed_ips: Vec<Value> =
        port.fixed_ips.iter().map(|fixed| json!({ "subnet_id": fixed.subnet_id, "ip_address": fixed.ip })).collect();
    json!({
        "id": port.id,
        "name": port.name,
        "description": "",
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
        "allowed_address_pairs": [],
        "extra_dhcp_opts": [],
        "port_security_enabled": true,
        "binding:host_id": port.host,
        "binding:vnic_type": "normal",
        "binding:profile": {},
        "binding:vif_type": if port.host.is_empty() { "unbound" } else { "bridge" },
        "binding:vif_details": { "port_filter": true },
        "tags": [],
        "revision_number": 1,
        "created_at": seconds(port.created_at),
        "updated_at": seconds(port.created_at),
    })
}
