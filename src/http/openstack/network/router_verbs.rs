//! `PUT /network/v2.0/routers/{id}/…`: interfaces and static routes, one at a time.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::routers::{Route, view};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::router::{InterfaceBy, Router, RouterInterface};
use crate::model::{PortId, Reason, Result, RouterId, SubnetId};

/// `…/add_router_interface`.
pub async fn add_interface(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<RouterId>,
    Body(wanted): Body<Interface>,
) -> Result<Json<Value>, Failure> {
    let added = services.network.add_router_interface(&auth.ctx, &id, wanted.read()?).await?;
    Ok(Json(interface_view(&services.network.router(&auth.ctx, &id).await?, &added)))
}

/// `…/remove_router_interface`.
pub async fn remove_interface(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<RouterId>,
    Body(wanted): Body<Interface>,
) -> Result<Json<Value>, Failure> {
    let removed = services.network.remove_router_interface(&auth.ctx, &id, wanted.read()?).await?;
    Ok(Json(interface_view(&services.network.router(&auth.ctx, &id).await?, &removed)))
}

/// `…/add_extraroutes`.
pub async fn add_routes(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<RouterId>,
    Body(body): Body<Routes>,
) -> Result<Json<Value>, Failure> {
    let router = services.network.change_routes(&auth.ctx, &id, &[], &body.typed()).await?;
    Ok(Json(json!({ "router": view(&router) })))
}

/// `…/remove_extraroutes`.
pub async fn remove_routes(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<RouterId>,
    Body(body): Body<Routes>,
) -> Result<Json<Value>, Failure> {
    let router = services.network.change_routes(&auth.ctx, &id, &body.typed(), &[]).await?;
    Ok(Json(json!({ "router": view(&router) })))
}

/// What joins the router: a subnet or a port.
#[derive(Deserialize)]
pub struct Interface {
    subnet_id: Option<SubnetId>,
    port_id: Option<PortId>,
}

impl Interface {
    fn read(self) -> Result<InterfaceBy> {
        match (self.subnet_id, self.port_id) {
            (Some(subnet), None) => Ok(InterfaceBy::Subnet(subnet)),
            (_, Some(port)) => Ok(InterfaceBy::Port(port)),
            (None, None) => Err(Reason::Malformed { why: "name a subnet_id or a port_id".to_owned() }.into()),
        }
    }
}

/// The body of a change of routes.
#[derive(Deserialize)]
pub struct Routes {
    router: Few,
}

#[derive(Deserialize)]
struct Few {
    routes: Vec<Route>,
}

impl Routes {
    fn typed(self) -> Vec<(String, String)> {
        self.router.routes.into_iter().map(Route::typed).collect()
    }
}

fn interface_view(router: &Router, interface: &RouterInterface) -> Value {
    json!({
        "id": router.id,
        "project_id": router.project_id,
        "tenant_id": router.project_id,
        "port_id": interface.port_id,
        "network_id": interface.network_id,
        "subnet_id": interface.subnet_id,
        "subnet_ids": [interface.subnet_id],
        "tags": [],
    })
}
