//! `/compute/v2.1/os-availability-zone`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::time::micros;
use crate::model::host::Host;

/// `GET`: which zones there are.
pub async fn list(State(services): State<Services>, auth: Auth) -> Result<Json<Value>, Failure> {
    let zones = services.compute.zones(&auth.ctx).await?;
    let view = |(zone, available): (String, bool)| json!({ "zoneName": zone, "zoneState": { "available": available }, "hosts": null });
    Ok(Json(json!({ "availabilityZoneInfo": zones.into_iter().map(view).collect::<Vec<_>>() })))
}

/// `GET …/detail`: with their hosts; administrators only.
pub async fn detail(State(services): State<Services>, auth: Auth) -> Result<Json<Value>, Failure> {
    let mut zones: BTreeMap<String, Vec<Host>> = BTreeMap::new();
    for host in services.compute.hosts(&auth.ctx).await? {
        zones.entry(host.inventory.availability_zone.clone()).or_default().push(host);
    }
    let view = |(zone, hosts): (String, Vec<Host>)| {
        let available = hosts.iter().any(|host| host.enabled && host.alive);
        let hosts: Map<String, Value> =
            hosts.iter().map(|host| (host.inventory.host.clone(), services_of(host))).collect();
        json!({ "zoneName": zone, "zoneState": { "available": available }, "hosts": hosts })
    };
    Ok(Json(json!({ "availabilityZoneInfo": zones.into_iter().map(view).collect::<Vec<_>>() })))
}

fn services_of(host: &Host) -> Value {
    json!({
        "nova-compute": {
            "available": host.alive,
            "active": host.enabled,
            "updated_at": micros(host.last_heartbeat),
        },
    })
}
