//! Image, network and volume services, as far as an agent asks them.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{HOST, Records, TOKEN, attachments_of};
use crate::bus::contract::{AttachmentPlan, PortPlan};
use crate::model::network::{bridge_name, tap_name};
use crate::model::{InstanceId, NetworkId, PortId};

type Shared = State<Arc<Mutex<Records>>>;

/// Serves on a free port of loopback, and says where.
pub async fn serve(records: Arc<Mutex<Records>>) -> String {
    let router = Router::new()
        .route("/image/v2/images/{id}", get(image))
        .route("/image/v2/images/{id}/file", get(image_file).put(take_image))
        .route("/network/v2.0/ports", get(ports).post(create_port))
        .route("/volume/v3/{project}/attachments", get(attachments))
        .with_state(records);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn image(State(records): Shared, Path(id): Path<String>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    check(&headers)?;
    let records = records.lock().unwrap_or_else(PoisonError::into_inner);
    if records.gone_images.contains(&id) {
        return Err(StatusCode::NOT_FOUND);
    }
    if let Some(data) = records.queued.get(&id) {
        let status = if data.is_some() { "active" } else { "queued" };
        return Ok(Json(json!({ "id": id, "status": status, "disk_format": "qcow2" })));
    }
    let format = if records.image.starts_with(b"QFI\xfb") { "qcow2" } else { "raw" };
    Ok(Json(json!({
        "id": id, "status": "active", "disk_format": format, "size": records.image.len(),
        "os_hash_algo": "sha256", "os_hash_value": records.sha256,
    })))
}

async fn image_file(State(records): Shared, headers: HeaderMap) -> Result<Vec<u8>, StatusCode> {
    check(&headers)?;
    let mut records = records.lock().unwrap_or_else(PoisonError::into_inner);
    records.downloads += 1;
    Ok(records.image.clone())
}

async fn take_image(
    State(records): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    data: axum::body::Bytes,
) -> Result<StatusCode, StatusCode> {
    check(&headers)?;
    let mut records = records.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(left) = records.broken_uploads.checked_sub(1) {
        records.broken_uploads = left;
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let image = records.queued.get_mut(&id).ok_or(StatusCode::NOT_FOUND)?;
    *image = Some(data.to_vec());
    Ok(StatusCode::NO_CONTENT)
}

#[derive(serde::Deserialize)]
struct Device {
    device_id: String,
}

async fn ports(
    State(records): Shared,
    Query(device): Query<Device>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    check(&headers)?;
    let records = records.lock().unwrap_or_else(PoisonError::into_inner);
    let ports = records.plan.iter().flat_map(|plan| &plan.ports);
    let own: Vec<Value> = ports.filter(|port| port.device_id == device.device_id).map(shown).collect();
    Ok(Json(json!({ "ports": own })))
}

async fn create_port(
    State(records): Shared,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<(StatusCode, Json<Value>), StatusCode> {
    check(&headers)?;
    let wanted = &body["port"];
    let text = |name: &str| wanted[name].as_str().unwrap_or_default().to_owned();
    let mut records = records.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(plan) = &mut records.plan else {
        return Err(StatusCode::NOT_FOUND);
    };
    let number = 10 + u8::try_from(plan.ports.len()).unwrap();
    let port_id = PortId::from(uuid::Uuid::new_v4().to_string());
    let network_id = NetworkId::from(text("network_id"));
    let port = PortPlan {
        tap: tap_name(&port_id),
        bridge: bridge_name(&network_id),
        port_id,
        network_id,
        mac: format!("fa:16:3e:00:00:{number:02x}"),
        ip: Some(Ipv4Addr::new(10, 0, 0, number)),
        hostname: "web".into(),
        device_id: text("device_id"),
        device_owner: text("device_owner"),
        host: text("binding:host_id"),
        mtu: plan.mtu,
    };
    plan.ports.push(port.clone());
    if let Some(left) = records.lost_answers.checked_sub(1) {
        records.lost_answers = left;
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    Ok((StatusCode::CREATED, Json(json!({ "port": shown(&port) }))))
}

#[derive(serde::Deserialize)]
struct Instance {
    instance_id: InstanceId,
}

async fn attachments(
    State(records): Shared,
    Query(instance): Query<Instance>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    check(&headers)?;
    let records = records.lock().unwrap_or_else(PoisonError::into_inner);
    let shown = |plan: AttachmentPlan| json!({ "volume_id": plan.volume_id, "connection_info": plan });
    let attachments: Vec<Value> = attachments_of(&records, &instance.instance_id).into_iter().map(shown).collect();
    Ok(Json(json!({ "attachments": attachments })))
}

fn shown(port: &PortPlan) -> Value {
    json!({
        "id": port.port_id, "network_id": port.network_id, "mac_address": port.mac,
        "fixed_ips": [{ "ip_address": port.ip }], "binding:host_id": HOST,
    })
}

/// Every call shows the user's token and says which request it is for.
fn check(headers: &HeaderMap) -> Result<(), StatusCode> {
    let shows = |name: &str, value: &str| headers.get(name).is_some_and(|shown| shown == value);
    let named = headers.contains_key("X-Openstack-Request-Id");
    if shows("X-Auth-Token", TOKEN) && named { Ok(()) } else { Err(StatusCode::UNAUTHORIZED) }
}
