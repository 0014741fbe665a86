//! `/network/v2.0/network-ip-availabilities`: how many addresses are taken.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::collection::Wanted;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::model::Noun;
use crate::model::network::{Network, Subnet};

/// `GET`: of every network that the caller may see.
pub async fn list(State(services): State<Services>, auth: Auth, wanted: Wanted) -> Result<Json<Value>, Failure> {
    let all = services.network.networks(&auth.ctx).await?.iter().map(view).collect();
    Ok(wanted.list("network_ip_availabilities", Noun::Network, all)?)
}

/// `GET …/{id}`, the id being the network's.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let network = services.network.network(&auth.ctx, &id.into()).await?;
    Ok(Json(json!({ "network_ip_availability": view(&network) })))
}

fn view(network: &Network) -> Value {
    json!({
        "network_id": network.id,
        "network_name": network.name,
        "project_id": network.project_id,
        "tenant_id": network.project_id,
        "total_ips": network.subnets.iter().map(Subnet::capacity).sum::<i64>(),
        "used_ips": network.subnets.iter().map(|subnet| subnet.used).sum::<i64>(),
        "subnet_ip_availability": network.subnets.iter().map(subnet_view).collect::<Vec<_>>(),
    })
}

fn subnet_view(subnet: &Subnet) -> Value {
    json!({
        "subnet_id": subnet.id,
        "subnet_name": subnet.name,
        "cidr": subnet.cidr,
        "ip_version": 4,
        "total_ips": subnet.capacity(),
        "used_ips": subnet.used,
    })
}
