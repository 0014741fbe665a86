//! Routers.

use super::NetworkService;
use crate::control::Ctx;
use crate::model::router::{NewRouter, Router, RouterPatch};
use crate::model::{Result, RouterId};

impl NetworkService {
    /// The project's routers, by name; administrators see all.
    pub async fn routers(&self, _ctx: &Ctx) -> Result<Vec<Router>> {
        unimplemented!("follows")
    }

    /// # Errors
    /// `NotFound`.
    pub async fn router(&self, _ctx: &Ctx, _id: &RouterId) -> Result<Router> {
        unimplemented!("follows")
    }

    /// # Errors
    /// `QuotaExceeded`, `NotExternal`, `NoFreeAddress` and the like for the gateway, or the first field at fault.
    pub async fn create_router(&self, _ctx: &Ctx, _new: NewRouter) -> Result<Router> {
        unimplemented!("follows")
    }

    /// # Errors
    /// `NotFound`; `InUse` while floating IPs need the gateway that is to go; the first field at fault.
    pub async fn update_router(&self, _ctx: &Ctx, _id: &RouterId, _patch: RouterPatch) -> Result<Router> {
        unimplemented!("follows")
    }

    /// Refused (`InUse`) while it has interfaces; its gateway goes with it.
    pub async fn delete_router(&self, _ctx: &Ctx, _id: &RouterId) -> Result<()> {
        unimplemented!("follows")
    }
}
