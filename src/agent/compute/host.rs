//! All that work on an instance needs of its host.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{Hypervisor, ImageCache};
use crate::agent::conductor::Conductor;
use crate::agent::layout::Layout;
use crate::agent::network::Wiring;
use crate::agent::rest::Rest;

/// How many launches and rebuilds a host carries out at once; further ones wait.
const BUILDS_AT_ONCE: usize = 8;

/// A compute host, as its agent sees it.
pub struct Host {
    pub layout: Layout,
    pub conductor: Conductor,
    pub rest: Rest,
    pub hypervisor: Arc<dyn Hypervisor>,
    pub wiring: Arc<dyn Wiring>,
    pub images: ImageCache,
    pub builds: Semaphore,
}

impl Host {
    /// Puts the parts of a host together.
    pub fn new(
        layout: Layout,
        conductor: Conductor,
        rest: Rest,
        hypervisor: Arc<dyn Hypervisor>,
        wiring: Arc<dyn Wiring>,
    ) -> Self {
        let images = ImageCache::new(layout.cache());
        Self { layout, conductor, rest, hypervisor, wiring, images, builds: Semaphore::new(BUILDS_AT_ONCE) }
    }
}
