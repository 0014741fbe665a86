//! `/compute/v2.1/os-hosts`, up to microversion 2.42; administrators only.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::microversion::Microversion;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::filter::{Pairs, value};
use crate::model::{Error, Noun};

const UNTIL: u16 = 42;

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    version.at_most(UNTIL)?;
    let mut hosts = services.compute.hosts(&auth.ctx).await?;
    if let Some(zone) = value(&query, "zone") {
        hosts.retain(|host| host.inventory.availability_zone == zone);
    }
    let view = |host: &crate::model::host::Host| {
        let inventory = &host.inventory;
        json!({ "host_name": inventory.host, "service": "compute", "zone": inventory.availability_zone })
    };
    Ok(Json(json!({ "hosts": hosts.iter().map(view).collect::<Vec<_>>() })))
}

/// `GET …/{host}`: what it has and what is used of that.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(name): Path<String>,
) -> Result<Json<Value>, Failure> {
    version.at_most(UNTIL)?;
    let hosts = services.compute.hosts(&auth.ctx).await?;
    let found = hosts.iter().find(|host| host.inventory.host == name);
    let host = found.ok_or_else(|| Error::not_found(Noun::Host, name.as_str()))?;
    let resource = |project: &str, cpu: i64, memory_mb: i64, disk_gb: i64| json!({ "resource": { "host": name, "project": project, "cpu": cpu, "memory_mb": memory_mb, "disk_gb": disk_gb } });
    let used = |project| resource(project, host.vcpus_used, host.ram_mb_used, host.disk_gb_used);
    let inventory = &host.inventory;
    Ok(Json(json!({ "host": [
        resource("(total)", inventory.vcpus, inventory.ram_mb, inventory.disk_gb),
        used("(used_now)"),
        used("(used_max)"),
    ] })))
}
