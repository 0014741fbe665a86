//! `/compute/v2.1/os-hypervisors`: hosts and what they have; administrators only.

use std::net::Ipv4Addr;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::host_ids::{host_uuid, number};
use super::microversion::Microversion;
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::filter::{Pairs, value};
use crate::model::host::Host;
use crate::model::instance::{InstanceFilter, InstanceSort};
use crate::model::page::PageRequest;
use crate::model::{Error, Noun, Result};

/// Ids are UUIDs from here on, and a list may be narrowed down and show servers.
const UUIDS: u16 = 53;
/// Placement tells what is used, from here on.
const WITHOUT_NUMBERS: u16 = 88;

/// `GET`: names only.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    many(&services, &auth.ctx, version, &query, brief).await
}

/// `GET …/detail`.
pub async fn detail(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    many(&services, &auth.ctx, version, &query, full).await
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let hosts = services.compute.hosts(&auth.ctx).await?;
    let found = hosts.iter().enumerate().find(|(place, host)| id_of(*place, host, version) == id_value(&id, version));
    let (place, host) = found.ok_or_else(|| Error::not_found(Noun::Host, id.as_str()))?;
    Ok(Json(json!({ "hypervisor": full(place, host, version) })))
}

/// `GET …/statistics`: all of them together; gone after 2.87.
pub async fn statistics(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
) -> Result<Json<Value>, Failure> {
    version.at_most(WITHOUT_NUMBERS - 1)?;
    let hosts = services.compute.hosts(&auth.ctx).await?;
    let sum = |of: fn(&Host) -> i64| hosts.iter().map(of).sum::<i64>();
    Ok(Json(json!({ "hypervisor_statistics": {
        "count": hosts.len(),
        "vcpus": sum(|host| host.inventory.vcpus),
        "vcpus_used": sum(|host| host.vcpus_used),
        "memory_mb": sum(|host| host.inventory.ram_mb),
        "memory_mb_used": sum(|host| host.ram_mb_used),
        "free_ram_mb": sum(|host| host.inventory.ram_mb - host.ram_mb_used),
        "local_gb": sum(|host| host.inventory.disk_gb),
        "local_gb_used": sum(|host| host.disk_gb_used),
        "free_disk_gb": sum(|host| host.inventory.disk_gb - host.disk_gb_used),
        "disk_available_least": sum(|host| host.inventory.disk_gb - host.disk_gb_used),
        "running_vms": sum(|host| host.instances),
        "current_workload": 0,
    } })))
}

type Shape = fn(usize, &Host, Microversion) -> Value;

async fn many(
    services: &Services,
    ctx: &Ctx,
    version: Microversion,
    query: &[(String, String)],
    shape: Shape,
) -> Result<Json<Value>, Failure> {
    let hosts = services.compute.hosts(ctx).await?;
    let pattern = value(query, "hypervisor_hostname_pattern").filter(|_| version.0 >= UUIDS);
    let with_servers =
        version.0 >= UUIDS && value(query, "with_servers").is_some_and(|word| word.eq_ignore_ascii_case("true"));
    let mut views = Vec::new();
    for (place, host) in hosts.iter().enumerate() {
        if pattern.is_some_and(|part| !host.inventory.host.contains(part)) {
            continue;
        }
        let mut view = shape(place, host, version);
        if with_servers {
            view["servers"] = json!(servers_on(services, ctx, &host.inventory.host).await?);
        }
        views.push(view);
    }
    Ok(Json(json!({ "hypervisors": views })))
}

async fn servers_on(services: &Services, ctx: &Ctx, host: &str) -> Result<Vec<Value>> {
    let filter = InstanceFilter { all_projects: true, ..InstanceFilter::default() };
    let mut page = PageRequest { sort: InstanceSort::Created, descending: false, offset: 0, limit: 1000 };
    let mut servers = Vec::new();
    loop {
        let found = services.compute.instances(ctx, &filter, page).await?;
        let here = found.rows.iter().filter(|instance| instance.host.as_deref() == Some(host));
        servers.extend(here.map(|instance| json!({ "uuid": instance.id, "name": instance.name })));
        page.offset += page.limit;
        if page.offset >= found.total {
            return Ok(servers);
        }
    }
}

fn brief(place: usize, host: &Host, version: Microversion) -> Value {
    json!({
        "id": id_of(place, host, version),
        "hypervisor_hostname": host.inventory.host,
        "state": if host.alive { "up" } else { "down" },
        "status": if host.enabled { "enabled" } else { "disabled" },
    })
}

fn full(place: usize, host: &Host, version: Microversion) -> Value {
    let inventory = &host.inventory;
    let mut view = brief(place, host, version);
    view["hypervisor_type"] = json!(inventory.hypervisor_type);
    view["hypervisor_version"] = json!(inventory.hypervisor_version);
    view["host_ip"] = json!(inventory.address.unwrap_or(Ipv4Addr::LOCALHOST.into()));
    view["service"] = json!({
        "id": id_of(place, host, version),
        "host": inventory.host,
        "disabled_reason": host.disabled_reason,
    });
    if version.0 >= WITHOUT_NUMBERS {
        view["uptime"] = Value::Null;
        return view;
    }
    let cpu = json!({ "arch": inventory.arch });
    view["cpu_info"] = if version.0 >= 28 { cpu } else { json!(cpu.to_string()) };
    for (name, number) in [
        ("vcpus", inventory.vcpus),
        ("vcpus_used", host.vcpus_used),
        ("memory_mb", inventory.ram_mb),
        ("memory_mb_used", host.ram_mb_used),
        ("free_ram_mb", inventory.ram_mb - host.ram_mb_used),
        ("local_gb", inventory.disk_gb),
        ("local_gb_used", host.disk_gb_used),
        ("free_disk_gb", inventory.disk_gb - host.disk_gb_used),
        ("disk_available_least", inventory.disk_gb - host.disk_gb_used),
        ("running_vms", host.instances),
        ("current_workload", 0),
    ] {
        view[name] = json!(number);
    }
    view
}

/// A number, or from 2.53 on a UUID.
fn id_of(place: usize, host: &Host, version: Microversion) -> Value {
    if version.0 >= UUIDS { json!(host_uuid(&host.inventory.host)) } else { json!(number(place)) }
}

fn id_value(id: &str, version: Microversion) -> Value {
    if version.0 >= UUIDS { json!(id) } else { id.parse::<u64>().map_or(Value::Null, |number| json!(number)) }
}
