//! Routers.

use std::net::Ipv4Addr;

use super::networks::description_of;
use super::{NetworkService, hosts, new_id, placement, router_gateway, routes};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::quota::check_in_tx;
use crate::control::store::{self, Tx};
use crate::model::network::{HostRoute, Standard};
use crate::model::quota::Resource;
use crate::model::router::{NewRouter, Router, RouterPatch};
use crate::model::{Error, NetworkId, Noun, Reason, Result, RouterId, validate};

const CHANGE: &str = "change a router";

impl NetworkService {
    /// The project's routers, by name; administrators see all.
    pub async fn routers(&self, ctx: &Ctx) -> Result<Vec<Router>> {
        let mut seen = self.shared.db.snapshot().await?;
        if ctx.is_admin() {
            return store::routers::all(&mut seen).await;
        }
        store::routers::of_project(&mut seen, &ctx.project_id).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn router(&self, ctx: &Ctx, id: &RouterId) -> Result<Router> {
        own_router(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    /// # Errors
    /// `QuotaExceeded`, as [`router_gateway::open`] for the gateway, or the first field at fault.
    pub async fn create_router(&self, ctx: &Ctx, new: NewRouter) -> Result<Router> {
        let grant = policy::check(ctx, Action::Write, "create a router")?;
        let now = self.shared.now();
        let mut router = Router {
            id: new_id().into(),
            project_id: ctx.project_id.clone(),
            name: validate::name("name", &new.name)?,
            description: description_of(&new.description)?,
            admin_state_up: new.admin_state_up,
            gateway: None,
            interfaces: Vec::new(),
            routes: Vec::new(),
            host: String::new(),
            standard: Standard::default(),
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.shared.db.write().await?;
        check_in_tx(&mut tx, &ctx.project_id, Resource::Routers, 1).await?;
        store::routers::insert(&mut tx, grant, &router).await?;
        if let Some(gateway) = &new.gateway {
            router_gateway::open(&mut tx, ctx, grant, &mut router, gateway, now).await?;
        }
        let concerned = gateway_network(&router).collect();
        self.finish_router(tx, ctx, grant, &mut router, concerned).await?;
        Ok(router)
    }

    /// # Errors
    /// `NotFound`; `InUse` while floating IPs or static routes need the gateway that is to go; as
    /// [`router_gateway::open`] for a new one; the first field at fault.
    pub async fn update_router(&self, ctx: &Ctx, id: &RouterId, patch: RouterPatch) -> Result<Router> {
        let grant = policy::check(ctx, Action::Write, CHANGE)?;
        let now = self.shared.now();
        let mut tx = self.shared.db.write().await?;
        let mut router = own_router(&mut tx, ctx, id).await?;
        ctx.expects(Noun::Router, id.as_str(), &router.standard)?;
        if let Some(name) = patch.name {
            router.name = validate::name("name", &name)?;
        }
        if let Some(description) = patch.description {
            router.description = description_of(&description)?;
        }
        router.admin_state_up = patch.admin_state_up.unwrap_or(router.admin_state_up);
        router.updated_at = now;
        let mut concerned = Vec::new();
        if let Some(wanted) = &patch.gateway {
            concerned.extend(gateway_network(&router));
            match wanted {
                Some(gateway) => router_gateway::open(&mut tx, ctx, grant, &mut router, gateway, now).await?,
                None => router_gateway::close(&mut tx, grant, &mut router).await?,
            }
            concerned.extend(gateway_network(&router));
            concerned.dedup();
        }
        router.routes = routes_of(&mut tx, &router, patch.routes.as_deref()).await?;
        self.finish_router(tx, ctx, grant, &mut router, concerned).await?;
        Ok(router)
    }

    /// Takes some static routes away and adds others, as typed; what is there already, or gone already, is fine.
    ///
    /// # Errors
    /// `NotFound`, or the first route at fault.
    pub async fn change_routes(
        &self,
        ctx: &Ctx,
        id: &RouterId,
        remove: &[(String, String)],
        add: &[(String, String)],
    ) -> Result<Router> {
        let grant = policy::check(ctx, Action::Write, CHANGE)?;
        let mut tx = self.shared.db.write().await?;
        let mut router = own_router(&mut tx, ctx, id).await?;
        let has = router.routes.iter().map(|route| (route.destination.to_string(), route.nexthop.to_string()));
        let wanted: Vec<_> = has.filter(|route| !remove.contains(route)).chain(add.iter().cloned()).collect();
        router.routes = routes_of(&mut tx, &router, Some(&wanted)).await?;
        router.updated_at = self.shared.now();
        self.finish_router(tx, ctx, grant, &mut router, Vec::new()).await?;
        Ok(router)
    }

    /// Refused (`InUse`) while it has interfaces; its gateway goes with it.
    pub async fn delete_router(&self, ctx: &Ctx, id: &RouterId) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "delete a router")?;
        let mut tx = self.shared.db.write().await?;
        let mut router = own_router(&mut tx, ctx, id).await?;
        ctx.expects(Noun::Router, id.as_str(), &router.standard)?;
        if let Some(interface) = router.interfaces.first() {
            let by = format!("its interface {} on subnet {}", interface.ip, interface.subnet_id);
            return Err(Reason::InUse { noun: Noun::Router, id: id.to_string(), by }.into());
        }
        let concerned: Vec<_> = gateway_network(&router).collect();
        router_gateway::close(&mut tx, grant, &mut router).await?;
        store::routers::delete(&mut tx, grant, id).await?;
        self.announce_router(tx, ctx, &router, concerned, Vec::new()).await
    }

    /// Writes a changed router, sees to it that a host carries it, commits, and tells whoever is concerned: hosts,
    /// and open pages. `networks` are those on which its ports changed.
    pub(super) async fn finish_router(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        grant: Grant,
        router: &mut Router,
        mut networks: Vec<NetworkId>,
    ) -> Result<()> {
        store::routers::update(&mut tx, grant, router).await?;
        router.standard = router.standard.changed();
        let before = router.host.clone();
        placement::settle(&mut tx, &self.shared, router).await?;
        if router.host != before {
            networks.extend(placement::networks_of(router));
        }
        self.announce_router(tx, ctx, router, networks, vec![before]).await
    }

    async fn announce_router(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        router: &Router,
        mut networks: Vec<NetworkId>,
        also: Vec<String>,
    ) -> Result<()> {
        let now = self.shared.now();
        let carriers = [also, vec![router.host.clone()]].concat();
        hosts::announce_router(&mut tx, &ctx.request_id, &router.id, carriers.clone(), now).await?;
        networks.sort();
        networks.dedup();
        for network in &networks {
            hosts::announce(&mut tx, ctx, network, carriers.clone(), now).await?;
        }
        self.shared.commit(tx).await?;
        self.tell(Noun::Router, router.id.as_str(), &router.project_id);
        for network in &networks {
            self.tell(Noun::Network, network.as_str(), &router.project_id);
        }
        Ok(())
    }
}

/// A router of the caller's project; administrators may have anybody's.
pub(super) async fn own_router(tx: &mut Tx, ctx: &Ctx, id: &RouterId) -> Result<Router> {
    let unknown = || Error::not_found(Noun::Router, id.as_str());
    let router = store::routers::by_id(tx, id).await?.ok_or_else(unknown)?;
    policy::visible(ctx, &router.project_id, Noun::Router, id.as_str())?;
    Ok(router)
}

fn gateway_network(router: &Router) -> impl Iterator<Item = NetworkId> {
    router.gateway.iter().map(|gateway| gateway.network_id.clone())
}

/// The routes that were typed; or those that it has, if they all still lead somewhere.
async fn routes_of(tx: &mut Tx, router: &Router, typed: Option<&[(String, String)]>) -> Result<Vec<HostRoute>> {
    let joined = store::subnets::of_device(&mut **tx, router.id.as_str()).await?;
    let Some(typed) = typed else {
        return match routes::stranded(&router.routes, &joined) {
            Some(by) => Err(Reason::InUse { noun: Noun::Router, id: router.id.to_string(), by }.into()),
            None => Ok(router.routes.clone()),
        };
    };
    let outer = router.gateway.iter().flat_map(|gateway| &gateway.fixed_ips).map(|fixed| fixed.ip);
    let own: Vec<Ipv4Addr> = router.interfaces.iter().map(|interface| interface.ip).chain(outer).collect();
    routes::read(typed, &joined, &own)
}
