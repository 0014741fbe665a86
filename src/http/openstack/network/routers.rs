//! `/network/v2.0/routers`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::attributes::{Kind, Resource, always, later, shown};
use super::bulk::Several;
use super::collection;
use super::conditional::Change;
use super::given::given;
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::seconds;
use crate::model::network::FixedIp;
use crate::model::router::{ExternalGateway, NewGateway, NewRouter, Router, RouterPatch};
use crate::model::{Error, NetworkId, Noun, Reason, Result};

/// `GET`: the project's routers.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let routers = services.network.routers(&auth.ctx).await?.iter().map(view).collect();
    Ok(wanted.list("routers", Noun::Router, routers)?)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    wanted: collection::Wanted,
) -> Result<Json<Value>, Failure> {
    let router = view(&services.network.router(&auth.ctx, &id.into()).await?);
    Ok(Json(json!({ "router": wanted.fields(router) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    Body(body): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let (ctx, wanted) = Several::<Wanted>::read(&auth.ctx, body, &ROUTER)?.single()?;
    let router = NewRouter {
        name: wanted.name.unwrap_or_default(),
        description: wanted.description.unwrap_or_default(),
        admin_state_up: wanted.admin_state_up.unwrap_or(true),
        gateway: wanted.gateway.flatten().map(Gateway::read).transpose()?.flatten(),
    };
    let router = services.network.create_router(&ctx, router).await?;
    Ok((StatusCode::CREATED, Json(json!({ "router": view(&router) }))))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<String>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<Value>, Failure> {
    let wanted: Wanted = ROUTER.change(body)?;
    let gateway = match wanted.gateway {
        None => None,
        Some(None) => Some(None),
        Some(Some(gateway)) => Some(gateway.read()?),
    };
    let patch = RouterPatch {
        name: wanted.name,
        description: wanted.description,
        admin_state_up: wanted.admin_state_up,
        gateway,
        routes: wanted.routes.map(|routes| routes.into_iter().map(Route::typed).collect()),
    };
    let router = services.network.update_router(&auth.ctx, &id.into(), patch).await?;
    Ok(Json(json!({ "router": view(&router) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    Change(auth): Change,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.network.delete_router(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

const ROUTER: Resource = Resource {
    one: "router",
    many: "routers",
    attributes: &[
        shown("status"),
        always("name", Kind::Text),
        always("admin_state_up", Kind::Truth),
        always("external_gateway_info", Kind::Object).or_null(),
        later("routes", Kind::ListOrNone),
    ],
};

#[derive(Deserialize)]
struct Wanted {
    name: Option<String>,
    description: Option<String>,
    admin_state_up: Option<bool>,
    #[serde(default, rename = "external_gateway_info", deserialize_with = "given")]
    gateway: Option<Option<Gateway>>,
    routes: Option<Vec<Route>>,
}

/// Without a network it means: none.
#[derive(Deserialize)]
struct Gateway {
    network_id: Option<NetworkId>,
    enable_snat: Option<bool>,
    #[serde(default)]
    external_fixed_ips: Vec<Address>,
}

#[derive(Deserialize)]
struct Address {
    ip_address: Option<String>,
}

impl Gateway {
    fn read(self) -> Result<Option<NewGateway>> {
        const FIELD: &str = "external_fixed_ips";
        let Some(network_id) = self.network_id else { return Ok(None) };
        if self.external_fixed_ips.len() > 1 {
            return Err(Error::on(FIELD, Reason::OutOfRange { field: FIELD.to_owned(), min: 0, max: 1 }));
        }
        let fixed_ip = self.external_fixed_ips.into_iter().next().and_then(|address| address.ip_address);
        Ok(Some(NewGateway { network_id, enable_snat: self.enable_snat, fixed_ip }))
    }
}

/// A static route, as typed.
#[derive(Deserialize)]
pub struct Route {
    destination: String,
    nexthop: String,
}

impl Route {
    pub fn typed(self) -> (String, String) {
        (self.destination, self.nexthop)
    }
}

pub fn view(router: &Router) -> Value {
    json!({
        "id": router.id,
        "name": router.name,
        "description": router.description,
        "project_id": router.project_id,
        "tenant_id": router.project_id,
        "admin_state_up": router.admin_state_up,
        "status": if router.host.is_empty() { "DOWN" } else { "ACTIVE" },
        "external_gateway_info": router.gateway.as_ref().map(gateway_view),
        "routes": router.routes,
        "availability_zone_hints": [],
        "availability_zones": [],
        "flavor_id": null,
        "tags": router.standard.tags,
        "revision_number": router.standard.revision,
        "created_at": seconds(router.created_at),
        "updated_at": seconds(router.updated_at),
    })
}

fn gateway_view(gateway: &ExternalGateway) -> Value {
    let address = |fixed: &FixedIp| json!({ "subnet_id": fixed.subnet_id, "ip_address": fixed.ip });
    json!({
        "network_id": gateway.network_id,
        "enable_snat": gateway.enable_snat,
        "external_fixed_ips": gateway.fixed_ips.iter().map(address).collect::<Vec<_>>(),
    })
}
