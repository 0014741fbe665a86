//! Where volumes lie: `…/scheduler-stats/get_pools`, `…/os-services`, `…/os-availability-zone`.

use axum::Json;
use serde_json::{Value, json};

use super::asked::says;
use super::caller::Caller;
use crate::control::volume::Pool;
use crate::http::failure::Failure;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::time::micros;
use crate::model::host::VolumePoolKind;

const BACKEND: &str = "arcus";
const BINARY: &str = "cinder-volume";

/// What Cinder calls the place of volumes on a host.
pub fn pool_name(host: &str) -> String {
    format!("{}#{BACKEND}", service_name(host))
}

fn service_name(host: &str) -> String {
    format!("{host}@{BACKEND}")
}

/// `GET …/get_pools`; administrators only.
pub async fn list(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let pools = caller.services.volume.pools(&caller.auth.ctx).await?;
    let detailed = says(&query, "detail");
    let view = |pool: &Pool| {
        let mut view = json!({ "name": pool_name(&pool.host.inventory.host) });
        if detailed {
            view["capabilities"] = capabilities(pool);
        }
        view
    };
    Ok(Json(json!({ "pools": pools.iter().map(view).collect::<Vec<_>>() })))
}

fn capabilities(pool: &Pool) -> Value {
    json!({
        "volume_backend_name": BACKEND,
        "vendor_name": "Arcus",
        "driver_version": env!("CARGO_PKG_VERSION"),
        "storage_protocol": protocol(pool),
        "QoS_support": false,
        "reserved_percentage": 0,
        "total_capacity_gb": pool.capacity_gb,
        "free_capacity_gb": pool.free_gb.max(0),
        "timestamp": micros(pool.host.last_heartbeat),
    })
}

fn protocol(pool: &Pool) -> &'static str {
    match pool.host.inventory.volume_pool.as_ref().map(|pool| pool.kind) {
        None => "file",
        Some(VolumePoolKind::Rbd) => "ceph",
        Some(VolumePoolKind::Lvm) => "block",
    }
}

/// `GET …/os-services`; administrators only.
pub async fn services(caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let mut pools = caller.services.volume.pools(&caller.auth.ctx).await?;
    let named = |pool: &Pool, wanted: &str| {
        [pool.host.inventory.host.clone(), service_name(&pool.host.inventory.host)].iter().any(|name| name == wanted)
    };
    pools.retain(|pool| {
        value(&query, "host").is_none_or(|wanted| named(pool, wanted))
            && value(&query, "binary").is_none_or(|wanted| wanted == BINARY)
    });
    Ok(Json(json!({ "services": pools.iter().map(service).collect::<Vec<_>>() })))
}

fn service(pool: &Pool) -> Value {
    json!({
        "binary": BINARY,
        "host": service_name(&pool.host.inventory.host),
        "zone": pool.host.inventory.availability_zone,
        "status": if pool.host.enabled { "enabled" } else { "disabled" },
        "state": if pool.host.alive { "up" } else { "down" },
        "disabled_reason": pool.host.disabled_reason,
        "updated_at": micros(pool.host.last_heartbeat),
        "frozen": false,
    })
}

/// `GET …/os-availability-zone`.
pub async fn zones(caller: Caller) -> Result<Json<Value>, Failure> {
    let zones = caller.services.compute.zones(&caller.auth.ctx).await?;
    let view = |(zone, available): (String, bool)| json!({ "zoneName": zone, "zoneState": { "available": available } });
    Ok(Json(json!({ "availabilityZoneInfo": zones.into_iter().map(view).collect::<Vec<_>>() })))
}
