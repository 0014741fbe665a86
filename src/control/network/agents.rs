//! Who makes networks real: every host's agent.

use super::NetworkService;
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store;
use crate::model::Result;
use crate::model::host::Host;

impl NetworkService {
    /// Every host with what its agent reported, by name.
    ///
    /// # Errors
    /// `Forbidden`: for administrators.
    pub async fn agents(&self, ctx: &Ctx) -> Result<Vec<Host>> {
        policy::check(ctx, Action::Administer, "look at the network agents")?;
        store::hosts::all(self.shared.db.read(), self.shared.alive_since()).await
    }

    /// The availability zones of the hosts, by name, and whether one of their hosts is alive; for everybody.
    pub async fn zones(&self) -> Result<Vec<(String, bool)>> {
        let mut zones: Vec<(String, bool)> = Vec::new();
        for host in store::hosts::all(self.shared.db.read(), self.shared.alive_since()).await? {
            match zones.iter_mut().find(|(name, _)| *name == host.inventory.availability_zone) {
                Some((_, alive)) => *alive |= host.alive,
                None => zones.push((host.inventory.availability_zone, host.alive)),
            }
        }
        zones.sort();
        Ok(zones)
    }
}
