//! `/compute/v2.1/os-services`: the agents of the hosts; administrators only.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::host_ids::{host_uuid, number};
use super::microversion::Microversion;
use super::schema::{self, Kind, may, must};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::time::micros;
use crate::model::host::Host;
use crate::model::{Error, Noun, Reason, Result};

const BINARY: &str = "nova-compute";
const FORCED_DOWN: u16 = 11;
const UUIDS: u16 = 53;

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let hosts = services.compute.hosts(&auth.ctx).await?;
    let wanted = |host: &&Host| {
        value(&query, "host").is_none_or(|name| name == host.inventory.host)
            && value(&query, "binary").is_none_or(|name| name == BINARY)
    };
    let places = hosts.iter().enumerate().filter(|(_, host)| wanted(host));
    let services: Vec<Value> = places.map(|(place, host)| view(place, host, version)).collect();
    Ok(Json(json!({ "services": services })))
}

#[derive(Deserialize)]
struct Change {
    status: Option<String>,
    disabled_reason: Option<String>,
}

/// `PUT …/{id}`: takes a host out of scheduling or back in, from 2.53 on.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    if version.0 < UUIDS {
        return by_verb(&services, &auth, version, &id, body).await;
    }
    let fields = [may("status", Kind::OneOf(&["enabled", "disabled"])), may("disabled_reason", Kind::Text(1, 255))];
    let change: Change = schema::object(body, "service", &fields, version)?;
    let hosts = services.compute.hosts(&auth.ctx).await?;
    let named = hosts.iter().find(|host| host_uuid(&host.inventory.host).to_string() == id);
    let name = &named.ok_or_else(|| Error::not_found(Noun::Host, id.as_str()))?.inventory.host;
    if let Some(status) = &change.status {
        let (enabled, reason) = (status == "enabled", change.disabled_reason.as_deref());
        services.compute.set_host_enabled(&auth.ctx, name, enabled, reason).await?;
    }
    let hosts = services.compute.hosts(&auth.ctx).await?;
    let found = hosts.iter().enumerate().find(|(_, host)| host.inventory.host == *name);
    let (place, host) = found.ok_or_else(|| Error::not_found(Noun::Host, id.as_str()))?;
    Ok(Json(json!({ "service": view(place, host, version) })))
}

/// `PUT …/enable`, `…/disable`, `…/disable-log-reason`, before 2.53.
async fn by_verb(
    services: &Services,
    auth: &Auth,
    version: Microversion,
    verb: &str,
    body: Value,
) -> Result<Json<Value>, Failure> {
    #[derive(Deserialize)]
    struct Named {
        host: String,
        binary: String,
        disabled_reason: Option<String>,
    }
    let enabled = match verb {
        "enable" => true,
        "disable" | "disable-log-reason" => false,
        other => return Err(Error::not_found(Noun::Resource, other).into()),
    };
    let text = Kind::Text(1, 255);
    let fields = [must("host", text), must("binary", text), may("disabled_reason", text)];
    let named: Named = schema::object(body, "service", &fields, version)?;
    if named.binary != BINARY {
        return Err(Error::not_found(Noun::Host, format!("{} ({})", named.host, named.binary)).into());
    }
    if verb == "disable-log-reason" && named.disabled_reason.is_none() {
        return Err(Reason::Required { field: "disabled_reason".into() }.into());
    }
    services.compute.set_host_enabled(&auth.ctx, &named.host, enabled, named.disabled_reason.as_deref()).await?;
    let mut view = json!({ "host": named.host, "binary": named.binary, "status": status(enabled) });
    if let Some(reason) = named.disabled_reason {
        view["disabled_reason"] = json!(reason);
    }
    Ok(Json(json!({ "service": view })))
}

/// `DELETE …/{id}`: a host that reports is there, and one that is silent may come back.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.compute.hosts(&auth.ctx).await?;
    let (noun, by) = (Noun::Host, "its agent".to_owned());
    Err(Reason::InUse { noun, id, by }.into())
}

fn view(place: usize, host: &Host, version: Microversion) -> Value {
    let uuid = host_uuid(&host.inventory.host);
    let mut view = json!({
        "id": if version.0 >= UUIDS { json!(uuid) } else { json!(number(place)) },
        "binary": BINARY,
        "host": host.inventory.host,
        "zone": host.inventory.availability_zone,
        "status": status(host.enabled),
        "state": if host.alive { "up" } else { "down" },
        "updated_at": micros(host.last_heartbeat),
        "disabled_reason": host.disabled_reason,
    });
    if version.0 >= FORCED_DOWN {
        view["forced_down"] = json!(false);
    }
    view
}

fn status(enabled: bool) -> &'static str {
    if enabled { "enabled" } else { "disabled" }
}
