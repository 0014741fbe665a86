//! `/network/v2.0/floatingips`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::attributes::{Kind, Resource, always, at_first, shown};
use super::bulk::Several;
use super::collection;
use super::conditional::Change;
use super::given::given;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::seconds;
use crate::model::router::{FloatingIp, NewFloatingIp};
use crate::model::{Error, FloatingIpId, NetworkId, Noun, PortId, Reason, Result};

/// `GET`: the project's floating IPs.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let all = services.network.floating_ips(&auth.ctx).await?.iter().map(view).collect();
    Ok(wanted.list("floatingips", Noun::FloatingIp, all)?)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<FloatingIpId>,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let floating = view(&services.network.floating_ip(&auth.ctx, &id).await?);
    Ok(Json(json!({ "floatingip": wanted.fields(floating) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (ctx, wanted) = Several::<Wanted>::read(&auth.ctx, body, &FLOATING_IP)?.single()?;
    let floating = services.network.create_floating_ip(&ctx, wanted.try_into()?).await?;
    Ok((StatusCode::CREATED, Json(json!({ "floatingip": view(&floating) }))))
}

/// `PUT …/{id}`: a port to lead to, `null` for none.
pub async fn update(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<FloatingIpId>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<Value>, Failure> {
    let (ctx, wanted): (_, Changes) = (&auth.ctx, FLOATING_IP.change(body)?);
    if let Some(port) = wanted.port_id {
        let port = port.filter(|port| !port.as_str().is_empty());
        services.network.associate_floating_ip(ctx, &id, port.as_ref(), wanted.fixed_ip_address.as_deref()).await?;
    }
    if let Some(description) = wanted.description {
        services.network.describe_floating_ip(ctx, &id, &description).await?;
    }
    Ok(Json(json!({ "floatingip": view(&services.network.floating_ip(ctx, &id).await?) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<FloatingIpId>,
) -> Result<StatusCode, Failure> {
    services.network.delete_floating_ip(&auth.ctx, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

const FLOATING_IP: Resource = Resource {
    one: "floatingip",
    many: "floatingips",
    attributes: &[
        shown("status"),
        shown("router_id"),
        at_first("floating_network_id", Kind::Text).required(),
        at_first("floating_ip_address", Kind::Text).or_null(),
        at_first("subnet_id", Kind::Text).or_null(),
        always("port_id", Kind::Text).or_null(),
        always("fixed_ip_address", Kind::Text).or_null(),
    ],
};

#[derive(Deserialize)]
struct Wanted {
    floating_network_id: NetworkId,
    floating_ip_address: Option<String>,
    subnet_id: Option<String>,
    description: Option<String>,
    port_id: Option<PortId>,
    fixed_ip_address: Option<String>,
}

impl TryFrom<Wanted> for NewFloatingIp {
    type Error = Error;

    fn try_from(wanted: Wanted) -> Result<Self> {
        if wanted.subnet_id.is_some() {
            let why = "a floating IP is of a network, not of one of its subnets; name floating_ip_address instead";
            return Err(Error::on("subnet_id", Reason::Malformed { why: why.to_owned() }));
        }
        Ok(Self {
            network_id: wanted.floating_network_id,
            address: wanted.floating_ip_address,
            description: wanted.description.unwrap_or_default(),
            port_id: wanted.port_id.filter(|port| !port.as_str().is_empty()),
            fixed_ip: wanted.fixed_ip_address,
        })
    }
}

#[derive(Deserialize)]
struct Changes {
    #[serde(default, deserialize_with = "given")]
    port_id: Option<Option<PortId>>,
    fixed_ip_address: Option<String>,
    description: Option<String>,
}

fn view(floating: &FloatingIp) -> Value {
    let target = floating.target.as_ref();
    json!({
        "id": floating.id,
        "description": floating.description,
        "project_id": floating.project_id,
        "tenant_id": floating.project_id,
        "floating_network_id": floating.network_id,
        "floating_ip_address": floating.address,
        "port_id": target.map(|target| &target.port_id),
        "fixed_ip_address": target.map(|target| target.fixed_ip),
        "router_id": target.map(|target| &target.router_id),
        "status": if target.is_some() { "ACTIVE" } else { "DOWN" },
        "tags": floating.standard.tags,
        "revision_number": floating.standard.revision,
        "created_at": seconds(floating.created_at),
        "updated_at": seconds(floating.updated_at),
    })
}
