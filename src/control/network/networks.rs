//! Networks.

use super::{NetworkService, dhcp, hosts, may_plug, new_id, own_network, segment, service_port, visible_network};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::quota::check_in_tx;
use crate::control::store::{self, Tx};
use crate::model::network::{Network, NetworkPatch, NewNetwork, Standard};
use crate::model::quota::Resource;
use crate::model::router::{FLOATING_IP, GATEWAY};
use crate::model::{Error, NetworkId, Noun, Result, validate};

/// Ethernet's.
const DEFAULT_MTU: i64 = 1500;

impl NetworkService {
    /// The project's own, shared and external networks with their subnets, by name; administrators see all.
    pub async fn networks(&self, ctx: &Ctx) -> Result<Vec<Network>> {
        let mut tx = self.shared.db.snapshot().await?;
        store::networks::visible(&mut tx, &ctx.project_id, ctx.is_admin()).await
    }

    /// Of these, the ones that the caller's instances may be on.
    pub async fn pluggable_networks(&self, ctx: &Ctx) -> Result<Vec<Network>> {
        let mut networks = self.networks(ctx).await?;
        networks.retain(|network| may_plug(ctx, network).is_ok());
        Ok(networks)
    }

    /// # Errors
    /// `NotFound`.
    pub async fn network(&self, ctx: &Ctx, id: &NetworkId) -> Result<Network> {
        visible_network(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    /// Shared, external and provider attributes are for administrators.
    ///
    /// # Errors
    /// `Forbidden`, `QuotaExceeded`, `UnknownPhysicalNetwork`, `SegmentInUse`, or the first field at fault.
    pub async fn create_network(&self, ctx: &Ctx, network: NewNetwork) -> Result<Network> {
        let made = self.create_networks(vec![(ctx.clone(), network)]).await?;
        made.into_iter().next().ok_or_else(|| Error::internal("no network was made"))
    }

    /// Several at once, each for the project of its context: all of them or none.
    ///
    /// # Errors
    /// As [`Self::create_network`].
    pub async fn create_networks(&self, wanted: Vec<(Ctx, NewNetwork)>) -> Result<Vec<Network>> {
        let mut made = Vec::with_capacity(wanted.len());
        let mut tx = self.shared.db.write().await?;
        for (ctx, network) in wanted {
            made.push(self.add_network(&mut tx, &ctx, network).await?);
        }
        tx.commit().await?;
        made.iter().for_each(|network| self.tell_network(network));
        Ok(made)
    }

    async fn add_network(&self, tx: &mut Tx, ctx: &Ctx, network: NewNetwork) -> Result<Network> {
        let grant = may_create(ctx, &network)?;
        let now = self.shared.now();
        let segment = match &self.shared.settings.tenant_vlans {
            Some(vlans) if network.provider_type.is_none() => vlans.next(tx).await?,
            _ => segment::read(&network)?,
        };
        let network = Network {
            id: new_id().into(),
            project_id: ctx.project_id.clone(),
            name: validate::name("name", &network.name)?,
            description: description_of(&network.description)?,
            admin_state_up: network.admin_state_up,
            shared: network.shared,
            external: network.external,
            mtu: mtu_of(network.mtu)?,
            segmentation_id: segment.id,
            provider_type: segment.kind,
            physical_network: segment.physical_network,
            port_security: network.port_security.unwrap_or(true),
            subnets: Vec::new(),
            shared_with: Vec::new(),
            standard: Standard::default(),
            created_at: now,
            updated_at: now,
        };
        check_in_tx(tx, &ctx.project_id, Resource::Networks, 1).await?;
        segment::claim(tx, ctx, &network).await?;
        store::networks::insert(tx, grant, &network).await?;
        Ok(network)
    }

    /// # Errors
    /// `NotFound`, `Forbidden`; `InUse` when others still use what should no longer be shared, or routers and floating
    /// IPs what should no longer be external.
    pub async fn update_network(&self, ctx: &Ctx, id: &NetworkId, patch: NetworkPatch) -> Result<Network> {
        const WHAT: &str = "change a network";
        let action =
            if patch.shared.is_some() || patch.external.is_some() { Action::Administer } else { Action::Write };
        let grant = policy::check(ctx, action, WHAT)?;
        let mut tx = self.shared.db.write().await?;
        let old = own_network(&mut tx, ctx, id, WHAT).await?;
        ctx.expects(Noun::Network, id.as_str(), &old.standard)?;
        let mut network = Network { updated_at: self.shared.now(), standard: old.standard.changed(), ..old.clone() };
        if let Some(name) = patch.name {
            network.name = validate::name("name", &name)?;
        }
        if let Some(description) = patch.description {
            network.description = description_of(&description)?;
        }
        network.admin_state_up = patch.admin_state_up.unwrap_or(network.admin_state_up);
        network.shared = patch.shared.unwrap_or(network.shared);
        network.port_security = patch.port_security.unwrap_or(network.port_security);
        if old.shared && !network.shared {
            let ports = store::ports::on_network(&mut tx, id).await?;
            let others = ports.iter().filter(|port| !network.takes_instances_of(&port.project_id));
            service_port::refuse_held(Noun::Network, id.as_str(), others)?;
        }
        network.external = patch.external.unwrap_or(network.external);
        if old.external && !network.external {
            let ports = store::ports::on_network(&mut tx, id).await?;
            let outward = ports.iter().filter(|port| [GATEWAY, FLOATING_IP].contains(&port.device_owner.as_str()));
            service_port::refuse_held(Noun::Network, id.as_str(), outward)?;
        }
        store::networks::update(&mut tx, grant, &network).await?;
        hosts::announce(&mut tx, ctx, id, Vec::new(), self.shared.now()).await?;
        self.shared.commit(tx).await?;
        self.tell_network(&old);
        self.tell_network(&network);
        Ok(network)
    }

    /// Refused (`InUse`) while ports other than DHCP's exist; its subnets go with it.
    pub async fn delete_network(&self, ctx: &Ctx, id: &NetworkId) -> Result<()> {
        const WHAT: &str = "delete a network";
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let mut tx = self.shared.db.write().await?;
        let network = own_network(&mut tx, ctx, id, WHAT).await?;
        ctx.expects(Noun::Network, id.as_str(), &network.standard)?;
        let ports = store::ports::on_network(&mut tx, id).await?;
        let held = ports.iter().filter(|port| port.device_owner != dhcp::OWNER);
        service_port::refuse_held(Noun::Network, id.as_str(), held)?;
        for port in &ports {
            store::ports::delete(&mut tx, grant, &port.id).await?;
        }
        for subnet in &network.subnets {
            store::subnets::delete(&mut tx, grant, &subnet.id).await?;
        }
        store::networks::delete(&mut tx, grant, id).await?;
        self.shared.commit(tx).await?;
        self.tell_network(&network);
        Ok(())
    }
}

fn may_create(ctx: &Ctx, network: &NewNetwork) -> Result<Grant> {
    if network.shared || network.external {
        return policy::check(ctx, Action::Administer, "create a shared or external network");
    }
    if network.provider_type.is_some() || network.physical_network.is_some() || network.segmentation_id.is_some() {
        return policy::check(ctx, Action::Administer, "choose a network's provider attributes");
    }
    policy::check(ctx, Action::Write, "create a network")
}

pub(super) fn description_of(text: &str) -> Result<String> {
    validate::at_most("description", text, validate::MAX_NAME)?;
    Ok(text.trim().to_owned())
}

fn mtu_of(wanted: Option<i64>) -> Result<i64> {
    let mtu = wanted.unwrap_or(DEFAULT_MTU);
    validate::range("mtu", mtu, 576, 9000)?;
    Ok(mtu)
}
