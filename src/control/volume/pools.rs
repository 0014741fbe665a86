//! Where volumes lie, and how much room there is.

use super::{VolumeService, placement};
use crate::control::policy::{self, Action};
use crate::control::{Ctx, store};
use crate::model::Result;
use crate::model::host::Host;

/// A host as a place for volumes.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    pub host: Host,
    /// GiB that can be promised in all.
    pub capacity_gb: i64,
    /// GiB that can still be promised.
    pub free_gb: i64,
}

impl VolumeService {
    /// Every host that volumes can lie on; administrators only.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn pools(&self, ctx: &Ctx) -> Result<Vec<Pool>> {
        policy::check(ctx, Action::Administer, "list storage pools")?;
        let hosts = store::hosts::list(self.shared.db.read(), self.shared.alive_since()).await?;
        let pool = |host: Host| {
            let (capacity_gb, free_gb) =
                (placement::capacity_gb(&self.shared, &host), placement::free_gb(&self.shared, &host));
            Pool { host, capacity_gb, free_gb }
        };
        Ok(hosts.into_iter().map(pool).collect())
    }
}
