//! Floating IPs.

use super::networks::description_of;
use super::ports::visible_port;
use super::service_port::{self, Service};
use super::{NetworkService, addresses, hosts, new_id, router_gateway};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::quota::check_in_tx;
use crate::control::store::{self, Tx};
use crate::model::network::{FixedIp, Port, Standard};
use crate::model::quota::Resource;
use crate::model::router::{FLOATING_IP, FloatingIp, FloatingTarget, NewFloatingIp};
use crate::model::{Error, FloatingIpId, Noun, PortId, Reason, Result, RouterId, Timestamp};

impl NetworkService {
    /// The project's floating IPs, oldest first; administrators see all.
    pub async fn floating_ips(&self, ctx: &Ctx) -> Result<Vec<FloatingIp>> {
        let mut seen = self.shared.db.snapshot().await?;
        if ctx.is_admin() {
            return store::floating_ips::all(&mut seen).await;
        }
        store::floating_ips::of_project(&mut seen, &ctx.project_id).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn floating_ip(&self, ctx: &Ctx, id: &FloatingIpId) -> Result<FloatingIp> {
        own_floating_ip(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    /// Takes an address of an external network, and leads it to a port if one is named.
    ///
    /// # Errors
    /// `NotExternal`, `NetworkWithoutSubnet`, `QuotaExceeded`, `NoFreeAddress`, `AddressInUse`, `Forbidden` for a
    /// chosen address, and as [`Self::associate_floating_ip`].
    pub async fn create_floating_ip(&self, ctx: &Ctx, new: NewFloatingIp) -> Result<FloatingIp> {
        let grant = policy::check(ctx, Action::Write, "allocate a floating IP")?;
        let (id, now) = (new_id(), self.shared.now());
        let description = description_of(&new.description)?;
        let mut tx = self.shared.db.write().await?;
        let network = router_gateway::external(&mut tx, ctx, &new.network_id).await?;
        let typed = router_gateway::chosen_address(ctx, &network, new.address.as_deref())?;
        check_in_tx(&mut tx, &ctx.project_id, Resource::FloatingIps, 1).await?;
        let service = Service { owner: FLOATING_IP, device: &id, host: "", project: &network.project_id };
        let holder = service_port::insert(&mut tx, grant, &network, service, now).await?;
        let address = match typed {
            Some(typed) => addresses::chosen(&mut tx, &network.subnets, typed, &holder)
                .await
                .map_err(|error| Error::on("address", error.reason))?,
            None => addresses::lowest_free(&mut tx, &network.subnets, &network.name, &holder).await?,
        };
        let mut floating = FloatingIp {
            id: id.into(),
            project_id: ctx.project_id.clone(),
            network_id: network.id,
            address: address.ip,
            target: None,
            description,
            standard: Standard::default(),
            created_at: now,
            updated_at: now,
        };
        store::floating_ips::insert(&mut tx, grant, &floating, &holder).await?;
        if let Some(port) = &new.port_id {
            floating.target = Some(target_of(&mut tx, ctx, &floating, port, new.fixed_ip.as_deref()).await?);
            store::floating_ips::aim(&mut tx, &floating.id, floating.target.as_ref(), now).await?;
            floating.standard = floating.standard.changed();
        }
        self.finish_floating_ip(tx, ctx, &floating, None).await?;
        Ok(floating)
    }

    /// Leads it to an address of a port (its first, if none is named), or nowhere.
    ///
    /// # Errors
    /// `NotFound`; `NotReachable` when no router joins the port's subnet to the external network; `InUse` when another
    /// floating IP leads to that address.
    pub async fn associate_floating_ip(
        &self,
        ctx: &Ctx,
        id: &FloatingIpId,
        port: Option<&PortId>,
        fixed_ip: Option<&str>,
    ) -> Result<FloatingIp> {
        policy::check(ctx, Action::Write, "associate a floating IP")?;
        let mut tx = self.shared.db.write().await?;
        let mut floating = own_floating_ip(&mut tx, ctx, id).await?;
        ctx.expects(Noun::FloatingIp, id.as_str(), &floating.standard)?;
        floating.standard = floating.standard.changed();
        let before = floating.target.take();
        if let Some(port) = port {
            floating.target = Some(target_of(&mut tx, ctx, &floating, port, fixed_ip).await?);
        }
        floating.updated_at = self.shared.now();
        store::floating_ips::aim(&mut tx, id, floating.target.as_ref(), floating.updated_at).await?;
        self.finish_floating_ip(tx, ctx, &floating, before).await?;
        Ok(floating)
    }

    /// Says what it is for.
    ///
    /// # Errors
    /// `NotFound`, `TooLong`.
    pub async fn describe_floating_ip(&self, ctx: &Ctx, id: &FloatingIpId, description: &str) -> Result<FloatingIp> {
        let grant = policy::check(ctx, Action::Write, "describe a floating IP")?;
        let mut tx = self.shared.db.write().await?;
        let mut floating = own_floating_ip(&mut tx, ctx, id).await?;
        ctx.expects(Noun::FloatingIp, id.as_str(), &floating.standard)?;
        floating.standard = floating.standard.changed();
        floating.description = description_of(description)?;
        floating.updated_at = self.shared.now();
        store::floating_ips::describe(&mut tx, grant, &floating).await?;
        self.shared.commit(tx).await?;
        self.tell(Noun::FloatingIp, id.as_str(), &floating.project_id);
        Ok(floating)
    }

    /// Gives the address back; what it led to is led to no more.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_floating_ip(&self, ctx: &Ctx, id: &FloatingIpId) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "release a floating IP")?;
        let mut tx = self.shared.db.write().await?;
        let floating = own_floating_ip(&mut tx, ctx, id).await?;
        ctx.expects(Noun::FloatingIp, id.as_str(), &floating.standard)?;
        store::floating_ips::delete(&mut tx, grant, id).await?;
        self.finish_floating_ip(tx, ctx, &floating, None).await
    }

    /// Commits, and tells the hosts of the routers that it leads and led through, and open pages.
    async fn finish_floating_ip(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        floating: &FloatingIp,
        before: Option<FloatingTarget>,
    ) -> Result<()> {
        let now = self.shared.now();
        let targets = before.iter().chain(&floating.target);
        let mut routers: Vec<&RouterId> = targets.clone().map(|target| &target.router_id).collect();
        routers.dedup();
        for router in routers {
            hosts::announce_router(&mut tx, &ctx.request_id, router, Vec::new(), now).await?;
        }
        hosts::announce(&mut tx, ctx, &floating.network_id, Vec::new(), now).await?;
        self.shared.commit(tx).await?;
        self.tell(Noun::FloatingIp, floating.id.as_str(), &floating.project_id);
        for target in targets {
            self.tell(Noun::Port, target.port_id.as_str(), &floating.project_id);
            if !target.device_id.is_empty() {
                self.tell(Noun::Instance, &target.device_id, &floating.project_id);
            }
        }
        Ok(())
    }
}

/// Before what they lead to goes away; tells the hosts of their routers.
pub(super) async fn lead_nowhere(
    tx: &mut Tx,
    request_id: &str,
    floating_ips: Vec<FloatingIp>,
    now: Timestamp,
) -> Result<()> {
    for floating in floating_ips {
        store::floating_ips::aim(tx, &floating.id, None, now).await?;
        if let Some(target) = floating.target {
            hosts::announce_router(tx, request_id, &target.router_id, Vec::new(), now).await?;
        }
    }
    Ok(())
}

/// Where the floating IP would lead.
async fn target_of(
    tx: &mut Tx,
    ctx: &Ctx,
    floating: &FloatingIp,
    port_id: &PortId,
    fixed_ip: Option<&str>,
) -> Result<FloatingTarget> {
    let on = |error: Error| error.at("port_id");
    let (port, _) = visible_port(tx, ctx, port_id).await.map_err(on)?;
    if port.project_id != floating.project_id && !ctx.is_admin() {
        return Err(on(Error::not_found(Noun::Port, port_id.as_str())));
    }
    let in_use = |by| on(Reason::InUse { noun: Noun::Port, id: port_id.to_string(), by }.into());
    if port.device_owner.starts_with("network:") {
        return Err(in_use("the network itself".to_owned()));
    }
    let address = address_of(&port, fixed_ip)?;
    let leading = store::floating_ips::to_port(tx, port_id).await?;
    let taken = |other: &&FloatingIp| {
        other.id != floating.id && other.target.as_ref().is_some_and(|target| target.fixed_ip == address.ip)
    };
    if let Some(other) = leading.iter().find(taken) {
        return Err(in_use(format!("floating IP {}", other.address)));
    }
    let router = store::routers::between(&mut **tx, &address.subnet_id, &floating.network_id).await?;
    let Some(router_id) = router else {
        let network = store::networks::by_id(tx, &floating.network_id).await?;
        let network = network.map_or_else(|| floating.network_id.to_string(), |network| network.name);
        return Err(on(Reason::NotReachable { port: port_id.to_string(), network }.into()));
    };
    Ok(FloatingTarget { port_id: port.id, fixed_ip: address.ip, router_id, device_id: port.device_id })
}

/// The port's address that was typed, or its first.
fn address_of(port: &Port, typed: Option<&str>) -> Result<FixedIp> {
    const FIELD: &str = "fixed_ip";
    let found = match typed.map(str::trim).filter(|typed| !typed.is_empty()) {
        None => port.fixed_ips.first().ok_or_else(|| Reason::Required { field: FIELD.to_owned() }),
        Some(typed) => port.fixed_ips.iter().find(|fixed| fixed.ip.to_string() == typed).ok_or_else(|| {
            let choices = port.fixed_ips.iter().map(|fixed| fixed.ip.to_string()).collect::<Vec<_>>().join(", ");
            Reason::NotAChoice { field: FIELD.to_owned(), value: typed.to_owned(), choices }
        }),
    };
    found.cloned().map_err(|reason| Error::on(FIELD, reason))
}

/// A floating IP of the caller's project; administrators may have anybody's.
pub(super) async fn own_floating_ip(tx: &mut Tx, ctx: &Ctx, id: &FloatingIpId) -> Result<FloatingIp> {
    let unknown = || Error::not_found(Noun::FloatingIp, id.as_str());
    let floating = store::floating_ips::by_id(tx, id).await?.ok_or_else(unknown)?;
    policy::visible(ctx, &floating.project_id, Noun::FloatingIp, id.as_str())?;
    Ok(floating)
}
