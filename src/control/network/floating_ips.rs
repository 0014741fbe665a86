//! Floating IPs.

use super::NetworkService;
use crate::control::Ctx;
use crate::model::router::{FloatingIp, NewFloatingIp};
use crate::model::{FloatingIpId, PortId, Result};

impl NetworkService {
    /// The project's floating IPs, oldest first; administrators see all.
    pub async fn floating_ips(&self, _ctx: &Ctx) -> Result<Vec<FloatingIp>> {
        unimplemented!("follows")
    }

    /// # Errors
    /// `NotFound`.
    pub async fn floating_ip(&self, _ctx: &Ctx, _id: &FloatingIpId) -> Result<FloatingIp> {
        unimplemented!("follows")
    }

    /// Takes an address of an external network, and leads it to a port if one is named.
    ///
    /// # Errors
    /// `QuotaExceeded`, `NoFreeAddress`, `AddressInUse`, `NotExternal`, and as [`Self::associate_floating_ip`].
    pub async fn create_floating_ip(&self, _ctx: &Ctx, _new: NewFloatingIp) -> Result<FloatingIp> {
        unimplemented!("follows")
    }

    /// Leads it to an address of a port (its first, if none is named), or nowhere.
    ///
    /// # Errors
    /// `NotFound`; `Unreachable` when no router joins the port's subnet to the external network; `InUse` when another
    /// floating IP leads to that address.
    pub async fn associate_floating_ip(
        &self,
        _ctx: &Ctx,
        _id: &FloatingIpId,
        _port: Option<&PortId>,
        _fixed_ip: Option<&str>,
    ) -> Result<FloatingIp> {
        unimplemented!("follows")
    }

    /// Gives the address back; what it led to is led to no more.
    pub async fn delete_floating_ip(&self, _ctx: &Ctx, _id: &FloatingIpId) -> Result<()> {
        unimplemented!("follows")
    }
}
