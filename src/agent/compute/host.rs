//! All that work on an instance needs of its host.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{Hypervisor, ImageCache};
use crate::agent::conductor::Conductor;
use crate::agent::layout::Layout;
use crate::agent::network::{Refresh, Wiring};
use crate::agent::rest::Rest;
use crate::agent::upload::Uploads;
use crate::agent::volume::Pool;
use crate::model::Result;

/// How many launches and rebuilds a host carries out at once; further ones wait.
const BUILDS_AT_ONCE: usize = 8;

/// A compute host, as its agent sees it.
pub struct Host {
    pub layout: Layout,
    pub conductor: Arc<Conductor>,
    pub rest: Rest,
    pub hypervisor: Arc<dyn Hypervisor>,
    pub wiring: Arc<dyn Wiring>,
    pub images: ImageCache,
    pub uploads: Uploads,
    pub volumes: Pool,
    pub builds: Semaphore,
    guarding: Refresh,
}

impl Host {
    /// Puts the parts of a host together.
    pub fn new(
        layout: Layout,
        conductor: Arc<Conductor>,
        rest: Rest,
        hypervisor: Arc<dyn Hypervisor>,
        wiring: Arc<dyn Wiring>,
        volumes: Pool,
    ) -> Self {
        let images = ImageCache::new(layout.cache());
        let uploads = Uploads::new(layout.uploads());
        Self {
            layout,
            conductor,
            rest,
            hypervisor,
            wiring,
            images,
            uploads,
            volumes,
            builds: Semaphore::new(BUILDS_AT_ONCE),
            guarding: Refresh::default(),
        }
    }

    /// Brings what may pass at the ports here up to date with the records.
    ///
    /// # Errors
    /// When the conductor does not answer or the host refuses.
    pub async fn guard(&self, request_id: &str) -> Result<()> {
        let work = || async { self.wiring.guard(&self.conductor.firewall(request_id).await?).await };
        self.guarding.run(work).await
    }
}
