//! Compute hosts, as administrators see and steer them.

use std::collections::BTreeMap;

use super::ComputeApi;
use crate::control::policy::{self, Action};
use crate::control::{Ctx, store};
use crate::model::host::Host;
use crate::model::{Error, Noun, Result, validate};

impl ComputeApi {
    /// Every host with its use; administrators only.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn hosts(&self, ctx: &Ctx) -> Result<Vec<Host>> {
        policy::check(ctx, Action::Administer, "list hosts")?;
        store::hosts::list(self.shared.db.read(), self.shared.alive_since()).await
    }

    /// The zones that hosts are in; open to everybody.
    pub async fn availability_zones(&self, ctx: &Ctx) -> Result<Vec<String>> {
        Ok(self.zones(ctx).await?.into_iter().map(|(zone, _)| zone).collect())
    }

    /// The zones that hosts are in, and whether one of their hosts takes instances; open to everybody.
    pub async fn zones(&self, _: &Ctx) -> Result<Vec<(String, bool)>> {
        let hosts = store::hosts::list(self.shared.db.read(), self.shared.alive_since()).await?;
        let mut zones: BTreeMap<String, bool> = BTreeMap::new();
        for host in hosts {
            *zones.entry(host.inventory.availability_zone).or_default() |= host.enabled && host.alive;
        }
        Ok(zones.into_iter().collect())
    }

    /// Takes a host out of scheduling, with a reason, or back in. Its instances go on running.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`.
    pub async fn set_host_enabled(&self, ctx: &Ctx, host: &str, enabled: bool, reason: Option<&str>) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "enable or disable a host")?;
        let reason = reason.map(str::trim).filter(|reason| !enabled && !reason.is_empty());
        validate::at_most("reason", reason.unwrap_or_default(), validate::MAX_NAME)?;
        let mut tx = self.shared.db.write().await?;
        if !store::hosts::set_enabled(&mut tx, grant, host, enabled, reason).await? {
            return Err(Error::not_found(Noun::Host, host));
        }
        tx.commit().await?;
        self.shared.tell_everybody(Noun::Host, host);
        Ok(())
    }
}
