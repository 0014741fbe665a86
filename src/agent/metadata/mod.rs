//! The metadata service: what a guest finds at 169.254.169.254.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::agent::conductor::Conductor;
use crate::model::{NetworkId, Result, RouterId};

/// Where a listener stands, and so whose addresses its callers have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In a network's DHCP namespace.
    Network(NetworkId),
    /// In a router's namespace.
    Router(RouterId),
}

/// The listeners of this host.
pub struct MetadataService {
    #[expect(dead_code, reason = "asked for each caller")]
    conductor: Arc<Conductor>,
}

impl MetadataService {
    /// None yet.
    pub fn new(conductor: Arc<Conductor>) -> Self {
        Self { conductor }
    }

    /// Listens in the namespace; one that already does, in that very namespace, is left alone.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub async fn listen(&self, _netns: &str, _at: SocketAddr, _origin: Origin) -> Result<()> {
        Ok(())
    }

    /// Stops listening in the namespace; not listening is fine.
    pub async fn leave(&self, _netns: &str) {}
}
