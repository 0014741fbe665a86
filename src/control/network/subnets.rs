//! Subnets.

use super::{NetworkService, dhcp, hosts, own_network, service_port, subnet_request, visible_network};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::quota::check_in_tx;
use crate::control::store::standard::NETWORKS;
use crate::control::store::{self, Tx};
use crate::model::network::{Network, NewSubnet, Port, Subnet, SubnetPatch};
use crate::model::quota::Resource;
use crate::model::{Error, Noun, Reason, Result, SubnetId};

impl NetworkService {
    /// # Errors
    /// `NotFound`.
    pub async fn subnet(&self, ctx: &Ctx, id: &SubnetId) -> Result<Subnet> {
        visible_subnet(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    /// A subnet of one of the project's own networks; with DHCP, the server's address is taken at once.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SubnetOverlap`, `QuotaExceeded`, or the first field at fault.
    pub async fn create_subnet(&self, ctx: &Ctx, subnet: NewSubnet) -> Result<Subnet> {
        let made = self.create_subnets(vec![(ctx.clone(), subnet)]).await?;
        made.into_iter().next().ok_or_else(|| Error::internal("no subnet was made"))
    }

    /// Several at once: all of them or none.
    ///
    /// # Errors
    /// As [`Self::create_subnet`].
    pub async fn create_subnets(&self, wanted: Vec<(Ctx, NewSubnet)>) -> Result<Vec<Subnet>> {
        let mut made = Vec::with_capacity(wanted.len());
        let mut tx = self.shared.db.write().await?;
        for (ctx, subnet) in wanted {
            made.push(self.add_subnet(&mut tx, &ctx, subnet).await?);
        }
        self.shared.commit(tx).await?;
        for (network, subnet) in &made {
            self.tell_network(network);
            self.tell(Noun::Subnet, subnet.id.as_str(), &network.project_id);
        }
        Ok(made.into_iter().map(|(_, subnet)| subnet).collect())
    }

    async fn add_subnet(&self, tx: &mut Tx, ctx: &Ctx, subnet: NewSubnet) -> Result<(Network, Subnet)> {
        const WHAT: &str = "create a subnet";
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let now = self.shared.now();
        let network = own_network(tx, ctx, &subnet.network_id.as_str().into(), WHAT).await?;
        let subnet = subnet_request::read(&subnet, &network.project_id, now)?;
        let overlaps = |other: &&Subnet| other.cidr.contains(&subnet.cidr) || subnet.cidr.contains(&other.cidr);
        if let Some(other) = network.subnets.iter().find(overlaps) {
            let (cidr, other) = (subnet.cidr.to_string(), other.cidr.to_string());
            return Err(Error::on("cidr", Reason::SubnetOverlap { cidr, other }));
        }
        check_in_tx(tx, &network.project_id, Resource::Subnets, 1).await?;
        store::subnets::insert(tx, grant, &subnet).await?;
        store::standard::touch(tx, &NETWORKS, network.id.as_str(), now).await?;
        if subnet.enable_dhcp {
            dhcp::serve(tx, grant, &network, &subnet, now).await?;
        }
        hosts::announce(tx, ctx, &network.id, Vec::new(), now).await?;
        let used = i64::from(subnet.enable_dhcp);
        Ok((network, Subnet { used, ..subnet }))
    }

    /// Hosts learn of it at once; guests when they next ask DHCP.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`; `InUse` while a router has the gateway address that is to go, `AddressInUse` when a
    /// port has the one that is to come; the first field at fault.
    pub async fn update_subnet(&self, ctx: &Ctx, id: &SubnetId, patch: SubnetPatch) -> Result<Subnet> {
        const WHAT: &str = "change a subnet";
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let now = self.shared.now();
        let mut tx = self.shared.db.write().await?;
        let old = visible_subnet(&mut tx, ctx, id).await?;
        let network = own_network(&mut tx, ctx, &old.network_id, WHAT).await?;
        ctx.expects(Noun::Subnet, id.as_str(), &old.standard)?;
        let mut subnet = Subnet { updated_at: now, ..old.clone() };
        subnet_request::apply(&patch, &mut subnet)?;
        if subnet.gateway_ip != old.gateway_ip {
            gateway_may_move(&mut tx, &old, &subnet).await?;
        }
        store::subnets::update(&mut tx, grant, &subnet).await?;
        match (old.enable_dhcp, subnet.enable_dhcp) {
            (false, true) => dhcp::serve(&mut tx, grant, &network, &subnet, now).await?,
            (true, false) => dhcp::withdraw(&mut tx, grant, &subnet).await?,
            _ => {}
        }
        let subnet = visible_subnet(&mut tx, ctx, id).await?;
        for router in store::routers::on_network(&mut tx, &network.id).await? {
            hosts::announce_router(&mut tx, &ctx.request_id, &router.id, Vec::new(), now).await?;
        }
        hosts::announce(&mut tx, ctx, &network.id, Vec::new(), now).await?;
        self.shared.commit(tx).await?;
        self.tell_network(&network);
        self.tell(Noun::Subnet, id.as_str(), &network.project_id);
        Ok(subnet)
    }

    /// Refused (`InUse`) while ports other than DHCP's have addresses in it.
    pub async fn delete_subnet(&self, ctx: &Ctx, id: &SubnetId) -> Result<()> {
        const WHAT: &str = "delete a subnet";
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let mut tx = self.shared.db.write().await?;
        let subnet = visible_subnet(&mut tx, ctx, id).await?;
        let network = own_network(&mut tx, ctx, &subnet.network_id, WHAT).await?;
        ctx.expects(Noun::Subnet, id.as_str(), &subnet.standard)?;
        let ports = store::ports::on_network(&mut tx, &network.id).await?;
        let in_it = |port: &&Port| port.fixed_ips.iter().any(|fixed| fixed.subnet_id == *id);
        let held = ports.iter().filter(in_it).filter(|port| port.device_owner != dhcp::OWNER);
        service_port::refuse_held(Noun::Subnet, id.as_str(), held)?;
        store::addresses::give_back(&mut tx, id).await?;
        store::subnets::delete(&mut tx, grant, id).await?;
        store::standard::touch(&mut tx, &NETWORKS, network.id.as_str(), self.shared.now()).await?;
        dhcp::retire_if_idle(&mut tx, grant, &network.id).await?;
        hosts::announce(&mut tx, ctx, &network.id, Vec::new(), self.shared.now()).await?;
        self.shared.commit(tx).await?;
        self.tell_network(&network);
        self.tell(Noun::Subnet, id.as_str(), &network.project_id);
        Ok(())
    }
}

pub(super) async fn visible_subnet(tx: &mut Tx, ctx: &Ctx, id: &SubnetId) -> Result<Subnet> {
    let unknown = || Error::not_found(Noun::Subnet, id.as_str());
    let subnet = store::subnets::by_id(&mut **tx, id).await?.ok_or_else(unknown)?;
    visible_network(tx, ctx, &subnet.network_id).await.map_err(|_| unknown())?;
    Ok(subnet)
}

/// A router stands at the old gateway address, or somebody has the new one.
async fn gateway_may_move(tx: &mut Tx, old: &Subnet, new: &Subnet) -> Result<()> {
    const FIELD: &str = "gateway_ip";
    let ports = store::ports::on_network(tx, &old.network_id).await?;
    let at = |gateway| ports.iter().find(|port| port.fixed_ips.iter().any(|fixed| Some(fixed.ip) == gateway));
    if let Some(port) = at(old.gateway_ip).filter(|_| old.gateway_ip.is_some()) {
        let reason = Reason::InUse { noun: Noun::Subnet, id: old.id.to_string(), by: service_port::holder(port) };
        return Err(Error::on(FIELD, reason));
    }
    match new.gateway_ip.filter(|gateway| at(Some(*gateway)).is_some()) {
        Some(gateway) => Err(Error::on(FIELD, Reason::AddressInUse { address: gateway.to_string() })),
        None => Ok(()),
    }
}
