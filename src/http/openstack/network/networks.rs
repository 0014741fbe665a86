//! `/network/v2.0/networks`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::attributes::{Kind, Resource, always, at_first, shown};
use super::bulk::{Several, answer};
use super::collection;
use super::conditional::Change;
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::seconds;
use crate::model::network::{Network, NetworkPatch, NewNetwork};
use crate::model::{NetworkId, Noun};

/// `GET`: the networks of the project, those shared with it, and external ones.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let networks = services.network.networks(&auth.ctx).await?;
    let networks = networks.iter().map(|network| view(&auth.ctx, network)).collect();
    Ok(wanted.list("networks", Noun::Network, networks)?)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let network = services.network.network(&auth.ctx, &id.into()).await?;
    Ok(Json(json!({ "network": wanted.fields(view(&auth.ctx, &network)) })))
}

/// `POST`: one, or several at once.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (wanted, many) = Several::<Wanted>::read(&auth.ctx, body, &NETWORK)?.split(|wanted| Ok(wanted.into()))?;
    let made = services.network.create_networks(wanted).await?;
    let made = made.iter().map(|network| view(&auth.ctx, network)).collect();
    Ok((StatusCode::CREATED, Json(answer(&NETWORK, many, made))))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<NetworkId>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<Value>, Failure> {
    let change: Changes = NETWORK.change(body)?;
    let network = services.network.update_network(&auth.ctx, &id, change.into()).await?;
    Ok(Json(json!({ "network": view(&auth.ctx, &network) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_network(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

const NETWORK: Resource = Resource {
    one: "network",
    many: "networks",
    attributes: &[
        shown("status"),
        shown("subnets"),
        always("name", Kind::Text),
        always("admin_state_up", Kind::Truth),
        always("shared", Kind::Truth),
        always("router:external", Kind::Truth),
        always("port_security_enabled", Kind::Truth),
        at_first("mtu", Kind::Whole).or_null(),
        at_first("provider:network_type", Kind::Text).or_null(),
        at_first("provider:physical_network", Kind::Text).or_null(),
        at_first("provider:segmentation_id", Kind::Whole).or_null(),
    ],
};

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default = "yes")]
    admin_state_up: bool,
    #[serde(default)]
    shared: bool,
    #[serde(default, rename = "router:external")]
    external: bool,
    mtu: Option<i64>,
    #[serde(rename = "provider:network_type")]
    provider_type: Option<String>,
    #[serde(rename = "provider:physical_network")]
    physical_network: Option<String>,
    #[serde(rename = "provider:segmentation_id")]
    segmentation_id: Option<i64>,
    #[serde(rename = "port_security_enabled")]
    port_security: Option<bool>,
}

#[derive(Deserialize)]
struct Changes {
    name: Option<String>,
    description: Option<String>,
    admin_state_up: Option<bool>,
    shared: Option<bool>,
    #[serde(rename = "router:external")]
    external: Option<bool>,
    #[serde(rename = "port_security_enabled")]
    port_security: Option<bool>,
}

impl From<Changes> for NetworkPatch {
    fn from(changes: Changes) -> Self {
        let Changes { name, description, admin_state_up, shared, external, port_security } = changes;
        Self { name, description, admin_state_up, shared, external, port_security }
    }
}

fn yes() -> bool {
    true
}

impl From<Wanted> for NewNetwork {
    fn from(wanted: Wanted) -> Self {
        Self {
            name: wanted.name,
            description: wanted.description,
            admin_state_up: wanted.admin_state_up,
            shared: wanted.shared,
            external: wanted.external,
            mtu: wanted.mtu,
            provider_type: wanted.provider_type,
            physical_network: wanted.physical_network,
            segmentation_id: wanted.segmentation_id,
            port_security: wanted.port_security,
        }
    }
}

/// A network as the caller may see it: where it really lies is for administrators.
fn view(ctx: &Ctx, network: &Network) -> Value {
    let subnets: Vec<_> = network.subnets.iter().map(|subnet| &subnet.id).collect();
    let mut view = json!({
        "id": network.id,
        "name": network.name,
        "description": network.description,
        "project_id": network.project_id,
        "tenant_id": network.project_id,
        "admin_state_up": network.admin_state_up,
        "status": if network.admin_state_up { "ACTIVE" } else { "DOWN" },
        "shared": network.shared || network.shared_with.contains(&ctx.project_id),
        "router:external": network.external,
        "mtu": network.mtu,
        "subnets": subnets,
        "port_security_enabled": network.port_security,
        "is_default": false,
        "availability_zone_hints": [],
        "availability_zones": [],
        "ipv4_address_scope": null,
        "ipv6_address_scope": null,
        "tags": network.standard.tags,
        "revision_number": network.standard.revision,
        "created_at": seconds(network.created_at),
        "updated_at": seconds(network.updated_at),
    });
    if ctx.is_admin() {
        view["provider:network_type"] = json!(network.provider_type);
        view["provider:physical_network"] = json!(network.physical_network);
        view["provider:segmentation_id"] = json!(network.segmentation_id);
    }
    view
}
