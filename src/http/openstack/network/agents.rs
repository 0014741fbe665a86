//! `/network/v2.0/agents` and `/availability_zones`: the hosts that make networks real.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::collection::Wanted;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::model::host::Host;
use crate::model::{Error, Noun, Result, Timestamp};

/// `GET /agents`, for administrators.
pub async fn list(State(services): State<Services>, auth: Auth, wanted: Wanted) -> Result<Json<Value>, Failure> {
    let agents = services.network.agents(&auth.ctx).await?.iter().map(view).collect();
    Ok(wanted.list("agents", Noun::Agent, agents)?)
}

/// `GET /agents/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    wanted: Wanted,
) -> Result<Json<Value>, Failure> {
    let agents = services.network.agents(&auth.ctx).await?;
    let agent = agents.iter().map(view).find(|agent| agent["id"] == id.as_str());
    let agent = agent.ok_or_else(|| Error::not_found(Noun::Agent, id))?;
    Ok(Json(json!({ "agent": wanted.fields(agent) })))
}

/// `GET /availability_zones`: what a host carries, networks and routers both.
pub async fn zones(State(services): State<Services>, _: Auth, wanted: Wanted) -> Result<Json<Value>, Failure> {
    let zones = services.network.zones().await?;
    let each = zones.iter().flat_map(|(name, alive)| {
        let state = if *alive { "available" } else { "unavailable" };
        ["network", "router"].map(|resource| json!({ "name": name, "resource": resource, "state": state }))
    });
    Ok(wanted.list("availability_zones", Noun::Agent, each.collect())?)
}

/// One agent a host does what Neutron has several for: bridges, DHCP, routers and metadata.
fn view(host: &Host) -> Value {
    let inventory = &host.inventory;
    json!({
        "id": format!("agent-{}", inventory.host),
        "agent_type": "Arcus agent",
        "binary": "arcus",
        "topic": "N/A",
        "host": inventory.host,
        "availability_zone": inventory.availability_zone,
        "admin_state_up": true,
        "alive": host.alive,
        "heartbeat_timestamp": moment(host.last_heartbeat),
        "description": null,
        "resources_synced": null,
        "configurations": { "physical_networks": inventory.physical_networks },
    })
}

/// `2026-11-22 07:46:27`, as agents alone have it.
fn moment(at: Timestamp) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}
