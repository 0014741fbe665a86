//! Routers: the way between networks, and out.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ticked;
#[cfg(feature = "ssr")]
use super::*;
use crate::model::router::Router;
#[cfg(feature = "ssr")]
use crate::model::router::{NewGateway, NewRouter, RouterPatch};
use crate::model::{Error, RouterId};
#[cfg(feature = "ssr")]
use crate::{control::Ctx, model::NetworkId};

/// The project's routers, by name.
#[server(endpoint = "routers/list")]
pub async fn routers() -> Result<Vec<Router>, Error> {
    answer(async { services()?.network.routers(&ctx()?).await }).await
}

/// One router.
#[server(endpoint = "routers/show", name = ShowRouter)]
pub async fn router(id: RouterId) -> Result<Router, Error> {
    answer(async { services()?.network.router(&ctx()?, &id).await }).await
}

/// What a router is called, and whether it is switched on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RouterForm {
    pub name: String,
    pub description: String,
    #[serde(with = "ticked")]
    pub admin_down: bool,
}

/// The way out that is wanted, as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct GatewayForm {
    /// An external network; empty for no way out.
    pub external_network: String,
    /// Empty means the next free one.
    pub outer_address: String,
    /// For administrators: addresses behind the router go out as they are.
    #[serde(with = "ticked")]
    pub no_snat: bool,
}

/// Makes a router, with a way out if the form names an external network.
#[server(endpoint = "routers/create")]
pub async fn create_router(
    #[server(flatten)] form: RouterForm,
    #[server(flatten)] gateway: GatewayForm,
) -> Result<Router, Error> {
    answer(async {
        let ctx = ctx()?;
        let new = form.command(gateway.request(&ctx));
        let router = services()?.network.create_router(&ctx, new).await.map_err(at_form_field)?;
        done(&page(&router.id), "created", &router.name);
        Ok(router)
    })
    .await
}

/// Renames, describes and switches a router on or off.
#[server(endpoint = "routers/update")]
pub async fn update_router(id: RouterId, #[server(flatten)] form: RouterForm) -> Result<Router, Error> {
    answer(async { change(&id, form.patch()).await }).await
}

/// Gives a router a way out, or another one.
#[server(endpoint = "routers/gateway/set")]
pub async fn set_gateway(id: RouterId, #[server(flatten)] form: GatewayForm) -> Result<Router, Error> {
    answer(async {
        let gateway = form.request(&ctx()?);
        change(&id, RouterPatch { gateway: Some(gateway), ..RouterPatch::default() }).await
    })
    .await
}

/// Takes a router's way out away.
#[server(endpoint = "routers/gateway/clear")]
pub async fn clear_gateway(id: RouterId) -> Result<Router, Error> {
    answer(async { change(&id, RouterPatch { gateway: Some(None), ..RouterPatch::default() }).await }).await
}

/// Adds a static route.
#[server(endpoint = "routers/routes/add")]
pub async fn add_route(id: RouterId, destination: String, nexthop: String) -> Result<Router, Error> {
    answer(async {
        let mut routes = routes_of(&id).await?;
        routes.push((destination.trim().to_owned(), nexthop.trim().to_owned()));
        change(&id, RouterPatch { routes: Some(routes), ..RouterPatch::default() }).await
    })
    .await
}

/// Removes a static route.
#[server(endpoint = "routers/routes/remove")]
pub async fn remove_route(id: RouterId, destination: String, nexthop: String) -> Result<Router, Error> {
    answer(async {
        let mut routes = routes_of(&id).await?;
        routes.retain(|(to, by)| *to != destination || *by != nexthop);
        change(&id, RouterPatch { routes: Some(routes), ..RouterPatch::default() }).await
    })
    .await
}

/// Deletes a router that joins nothing.
#[server(endpoint = "routers/delete")]
pub async fn delete_router(id: RouterId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.network.delete_router(&ctx()?, &id).await?;
        done("/routers", "deleted", &name);
        Ok(())
    })
    .await
}

#[cfg(feature = "ssr")]
impl RouterForm {
    /// What the network service is asked to make.
    pub(in crate::dashboard) fn command(self, gateway: Option<NewGateway>) -> NewRouter {
        let Self { name, description, admin_down } = self;
        NewRouter { name, description, admin_state_up: !admin_down, gateway }
    }

    /// What the network service is asked to change.
    pub(in crate::dashboard) fn patch(self) -> RouterPatch {
        RouterPatch {
            name: Some(self.name),
            description: Some(self.description),
            admin_state_up: Some(!self.admin_down),
            ..RouterPatch::default()
        }
    }
}

#[cfg(feature = "ssr")]
impl GatewayForm {
    /// What the network service is asked for; translation of addresses is the administrators' to choose.
    pub(in crate::dashboard) fn request(&self, ctx: &Ctx) -> Option<NewGateway> {
        let network = form::optional(&self.external_network)?;
        Some(NewGateway {
            network_id: NetworkId(network),
            enable_snat: ctx.is_admin().then_some(!self.no_snat),
            fixed_ip: form::optional(&self.outer_address),
        })
    }
}

#[cfg(feature = "ssr")]
async fn change(id: &RouterId, patch: RouterPatch) -> Result<Router, Error> {
    let router = services()?.network.update_router(&ctx()?, id, patch).await.map_err(at_form_field)?;
    done(&page(id), "saved", &router.name);
    Ok(router)
}

#[cfg(feature = "ssr")]
async fn routes_of(id: &RouterId) -> Result<Vec<(String, String)>, Error> {
    let router = services()?.network.router(&ctx()?, id).await?;
    Ok(router.routes.iter().map(|route| (route.destination.to_string(), route.nexthop.to_string())).collect())
}

#[cfg(feature = "ssr")]
pub(super) fn page(id: &RouterId) -> String {
    format!("/routers/{id}")
}

/// Puts a refusal at the form's field: the service names the members of its own requests.
#[cfg(feature = "ssr")]
fn at_form_field(mut refusal: Error) -> Error {
    refusal.field = refusal.field.map(|field| match field.as_str() {
        "network_id" => "external_network".to_owned(),
        "fixed_ip" => "outer_address".to_owned(),
        _ => field,
    });
    refusal
}
