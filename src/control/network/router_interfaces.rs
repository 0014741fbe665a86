//! Joining routers to subnets.

use super::NetworkService;
use crate::control::Ctx;
use crate::model::router::{InterfaceBy, RouterInterface};
use crate::model::{Result, RouterId};

impl NetworkService {
    /// Joins a subnet, by its gateway address, or with a port that is free, by that one's.
    ///
    /// # Errors
    /// `NotFound`, `AddressInUse`, `InUse`, `RouterOverlap`, `NoGatewayAddress`.
    pub async fn add_router_interface(&self, _ctx: &Ctx, _id: &RouterId, _by: InterfaceBy) -> Result<RouterInterface> {
        unimplemented!("follows")
    }

    /// Refused (`InUse`) while a floating IP leads through it or a static route's next hop lies there.
    pub async fn remove_router_interface(
        &self,
        _ctx: &Ctx,
        _id: &RouterId,
        _by: InterfaceBy,
    ) -> Result<RouterInterface> {
        unimplemented!("follows")
    }
}
