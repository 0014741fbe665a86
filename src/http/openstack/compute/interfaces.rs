//! `/compute/v2.1/servers/{id}/os-interface`: the NICs of an instance.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::schema::{self, Field, Kind, may, must};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::launch::NicRequest;
use crate::model::network::Port;
use crate::model::{Error, InstanceId, NetworkId, Noun, PortId, Reason};

/// From here on NICs show the words that they are tagged with.
const TAG: u16 = 70;

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    let ports = services.compute.ports(&auth.ctx, &id).await?;
    Ok(Json(json!({ "interfaceAttachments": ports.iter().map(|port| view(port, version)).collect::<Vec<_>>() })))
}

/// `GET …/{port}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path((id, port)): Path<(InstanceId, PortId)>,
) -> Result<Json<Value>, Failure> {
    let ports = services.compute.ports(&auth.ctx, &id).await?;
    let found = ports.iter().find(|known| known.id == port);
    let found = found.ok_or_else(|| Error::not_found(Noun::Port, port.as_str()))?;
    Ok(Json(json!({ "interfaceAttachment": view(found, version) })))
}

/// `POST`.
pub async fn attach(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<InstanceId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let wanted: Wanted = schema::read(body, "interfaceAttachment", FIELDS, version)?;
    let port = services.compute.attach_port(&auth.ctx, &id, wanted.into_nic()?).await?;
    Ok(Json(json!({ "interfaceAttachment": view(&port, version) })))
}

/// `DELETE …/{port}`.
pub async fn detach(
    State(services): State<Services>,
    auth: Auth,
    Path((id, port)): Path<(InstanceId, PortId)>,
) -> Result<StatusCode, Failure> {
    services.compute.detach_port(&auth.ctx, &id, &port).await?;
    Ok(StatusCode::ACCEPTED)
}

const FIELDS: &[Field] = &[
    may("net_id", Kind::Text(1, 255)),
    may("port_id", Kind::Text(1, 255)),
    may("fixed_ips", Kind::Objects(&[must("ip_address", Kind::Text(1, 255))])),
];

#[derive(Deserialize)]
struct Wanted {
    net_id: Option<NetworkId>,
    port_id: Option<PortId>,
    #[serde(default)]
    fixed_ips: Vec<FixedIp>,
}

#[derive(Deserialize)]
struct FixedIp {
    ip_address: String,
}

impl Wanted {
    fn into_nic(mut self) -> Result<NicRequest, Reason> {
        let malformed = |why: &str| Reason::Malformed { why: why.to_owned() };
        if self.fixed_ips.len() > 1 {
            return Err(Reason::OutOfRange { field: "fixed_ips".into(), min: 0, max: 1 });
        }
        let fixed_ip = self.fixed_ips.pop().map(|fixed| fixed.ip_address);
        match (self.net_id, self.port_id) {
            (Some(_), Some(_)) => Err(malformed("give net_id or port_id, not both")),
            (None, None) => Err(malformed("give net_id or port_id")),
            (None, Some(_)) if fixed_ip.is_some() => Err(malformed("a port brings its own address")),
            (network, port_id) => Ok(NicRequest { network_id: network.unwrap_or_default(), fixed_ip, port_id }),
        }
    }
}

fn view(port: &Port, version: Microversion) -> Value {
    let address =
        |fixed: &crate::model::network::FixedIp| json!({ "subnet_id": fixed.subnet_id, "ip_address": fixed.ip });
    let mut view = json!({
        "net_id": port.network_id,
        "port_id": port.id,
        "mac_addr": port.mac,
        "port_state": port.status,
        "fixed_ips": port.fixed_ips.iter().map(address).collect::<Vec<_>>(),
    });
    if version.0 >= TAG {
        // Nobody can tag a NIC.
        view["tag"] = Value::Null;
    }
    view
}
