//! `/network/v2.0/subnets`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::attributes::{Kind, Resource, always, at_first};
use super::bulk::{Several, answer};
use super::collection;
use super::conditional::Change;
use super::given::given;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::seconds;
use crate::model::network::{NewSubnet, Subnet, SubnetPatch};
use crate::model::{Noun, Reason, Result};

/// `GET`: the subnets of every network that the caller may see.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let networks = services.network.networks(&auth.ctx).await?;
    let subnets = networks.iter().flat_map(|network| &network.subnets).map(view).collect();
    Ok(wanted.list("subnets", Noun::Subnet, subnets)?)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let subnet = view(&services.network.subnet(&auth.ctx, &id.into()).await?);
    Ok(Json(json!({ "subnet": wanted.fields(subnet) })))
}

/// `POST`: one, or several at once.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (wanted, many) = Several::<Wanted>::read(&auth.ctx, body, &SUBNET)?.split(TryInto::try_into)?;
    let made = services.network.create_subnets(wanted).await?;
    Ok((StatusCode::CREATED, Json(answer(&SUBNET, many, made.iter().map(view).collect()))))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<String>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<Value>, Failure> {
    let change: Changes = SUBNET.change(body)?;
    let subnet = services.network.update_subnet(&auth.ctx, &id.into(), change.into()).await?;
    Ok(Json(json!({ "subnet": view(&subnet) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_subnet(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

const SUBNET: Resource = Resource {
    one: "subnet",
    many: "subnets",
    attributes: &[
        at_first("network_id", Kind::Text).required(),
        at_first("cidr", Kind::Text).required(),
        at_first("ip_version", Kind::Whole),
        always("name", Kind::Text),
        always("gateway_ip", Kind::Text).or_null(),
        always("enable_dhcp", Kind::Truth),
        always("allocation_pools", Kind::List),
        always("dns_nameservers", Kind::ListOrNone),
        always("host_routes", Kind::ListOrNone),
        at_first("subnetpool_id", Kind::Nothing).or_null(),
        at_first("prefixlen", Kind::Nothing).or_null(),
        at_first("ipv6_ra_mode", Kind::Nothing).or_null(),
        at_first("ipv6_address_mode", Kind::Nothing).or_null(),
    ],
};

#[derive(Deserialize)]
struct Wanted {
    network_id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    cidr: String,
    ip_version: Option<i64>,
    /// Not given: the first address; `null`: no gateway.
    #[serde(default, deserialize_with = "given")]
    gateway_ip: Option<Option<String>>,
    enable_dhcp: Option<bool>,
    #[serde(default)]
    allocation_pools: Vec<Pool>,
    #[serde(default)]
    dns_nameservers: Vec<String>,
    #[serde(default)]
    host_routes: Vec<Route>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pool {
    start: String,
    end: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Route {
    destination: String,
    nexthop: String,
}

impl TryFrom<Wanted> for NewSubnet {
    type Error = crate::model::Error;

    fn try_from(wanted: Wanted) -> Result<Self> {
        if let Some(version) = wanted.ip_version.filter(|version| *version != 4) {
            let (field, value, choices) = ("ip_version".into(), version.to_string(), "4".into());
            return Err(Reason::NotAChoice { field, value, choices }.into());
        }
        Ok(Self {
            network_id: wanted.network_id,
            name: wanted.name,
            description: wanted.description,
            cidr: wanted.cidr,
            gateway_ip: wanted.gateway_ip.map(Option::unwrap_or_default),
            enable_dhcp: wanted.enable_dhcp.unwrap_or(true),
            allocation_pools: pools(wanted.allocation_pools),
            dns_nameservers: wanted.dns_nameservers,
            host_routes: routes(wanted.host_routes),
        })
    }
}

#[derive(Deserialize)]
struct Changes {
    name: Option<String>,
    description: Option<String>,
    /// `null`: no gateway.
    #[serde(default, deserialize_with = "given")]
    gateway_ip: Option<Option<String>>,
    enable_dhcp: Option<bool>,
    allocation_pools: Option<Vec<Pool>>,
    dns_nameservers: Option<Vec<String>>,
    host_routes: Option<Vec<Route>>,
}

impl From<Changes> for SubnetPatch {
    fn from(change: Changes) -> Self {
        Self {
            name: change.name,
            description: change.description,
            gateway_ip: change.gateway_ip.map(Option::unwrap_or_default),
            enable_dhcp: change.enable_dhcp,
            allocation_pools: change.allocation_pools.map(pools),
            dns_nameservers: change.dns_nameservers,
            host_routes: change.host_routes.map(routes),
        }
    }
}

fn pools(pools: Vec<Pool>) -> Vec<(String, String)> {
    pools.into_iter().map(|pool| (pool.start, pool.end)).collect()
}

fn routes(routes: Vec<Route>) -> Vec<(String, String)> {
    routes.into_iter().map(|route| (route.destination, route.nexthop)).collect()
}

fn view(subnet: &Subnet) -> Value {
    json!({
        "id": subnet.id,
        "name": subnet.name,
        "description": subnet.description,
        "network_id": subnet.network_id,
        "project_id": subnet.project_id,
        "tenant_id": subnet.project_id,
        "ip_version": 4,
        "ipv6_ra_mode": null,
        "ipv6_address_mode": null,
        "subnetpool_id": null,
        "cidr": subnet.cidr,
        "gateway_ip": subnet.gateway_ip,
        "enable_dhcp": subnet.enable_dhcp,
        "allocation_pools": subnet.allocation_pools,
        "dns_nameservers": subnet.dns_nameservers,
        "host_routes": subnet.host_routes,
        "service_types": [],
        "tags": subnet.standard.tags,
        "revision_number": subnet.standard.revision,
        "created_at": seconds(subnet.created_at),
        "updated_at": seconds(subnet.updated_at),
    })
}
