//! Subnets.

use super::{NetworkService, dhcp, hosts, own_network, subnet_request, visible_network};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::quota::check_in_tx;
use crate::control::store::{self, Tx};
use crate::model::network::{NewSubnet, Subnet, SubnetPatch};
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
        const WHAT: &str = "create a subnet";
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let now = self.shared.now();
        let mut tx = self.shared.db.write().await?;
        let network = own_network(&mut tx, ctx, &subnet.network_id.as_str().into(), WHAT).await?;
        let subnet = subnet_request::read(&subnet, &network.project_id, now)?;
        let overlaps = |other: &&Subnet| other.cidr.contains(&subnet.cidr) || subnet.cidr.contains(&other.cidr);
        if let Some(other) = network.subnets.iter().find(overlaps) {
            let (cidr, other) = (subnet.cidr.to_string(), other.cidr.to_string());
            return Err(Error::on("cidr", Reason::SubnetOverlap { cidr, other }));
        }
        check_in_tx(&mut tx, &network.project_id, Resource::Subnets, 1).await?;
        store::subnets::insert(&mut tx, grant, &subnet).await?;
        if subnet.enable_dhcp {
            dhcp::serve(&mut tx, grant, &network, &subnet, now).await?;
        }
        hosts::announce(&mut tx, ctx, &network.id, Vec::new(), now).await?;
        self.shared.commit(tx).await?;
        self.tell_network(&network);
        self.tell(Noun::Subnet, subnet.id.as_str(), &network.project_id);
        Ok(Subnet { used: i64::from(subnet.enable_dhcp), ..subnet })
    }

    /// # Errors
    /// `NotFound`, `Forbidden`; `InUse` when a port needs what would go; the first field at fault.
    pub async fn update_subnet(&self, _ctx: &Ctx, _id: &SubnetId, _patch: SubnetPatch) -> Result<Subnet> {
        unimplemented!("follows")
    }

    /// Refused (`InUse`) while ports other than DHCP's have addresses in it.
    pub async fn delete_subnet(&self, ctx: &Ctx, id: &SubnetId) -> Result<()> {
        const WHAT: &str = "delete a subnet";
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let mut tx = self.shared.db.write().await?;
        let subnet = visible_subnet(&mut tx, ctx, id).await?;
        let network = own_network(&mut tx, ctx, &subnet.network_id, WHAT).await?;
        if let Some(port) = store::addresses::holders(&mut *tx, id, dhcp::OWNER).await?.first() {
            return Err(Reason::InUse { noun: Noun::Subnet, id: id.to_string(), by: format!("port {port}") }.into());
        }
        store::addresses::give_back(&mut tx, id).await?;
        store::subnets::delete(&mut tx, grant, id).await?;
        dhcp::retire_if_idle(&mut tx, grant, &network.id).await?;
        hosts::announce(&mut tx, ctx, &network.id, Vec::new(), self.shared.now()).await?;
        self.shared.commit(tx).await?;
        self.tell_network(&network);
        self.tell(Noun::Subnet, id.as_str(), &network.project_id);
        Ok(())
    }
}

async fn visible_subnet(tx: &mut Tx, ctx: &Ctx, id: &SubnetId) -> Result<Subnet> {
    let unknown = || Error::not_found(Noun::Subnet, id.as_str());
    let subnet = store::subnets::by_id(&mut **tx, id).await?.ok_or_else(unknown)?;
    visible_network(tx, ctx, &subnet.network_id).await.map_err(|_| unknown())?;
    Ok(subnet)
}
