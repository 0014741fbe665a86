//! The metadata service: what a guest finds at 169.254.169.254, and on its config drive.
//!
//! Who asks is known by where it asks and from which address, and by nothing that it says. Nothing is remembered from
//! one question to the next: the conductor is asked each time.

mod crowd;
mod documents;
mod listener;
mod serve;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::Mutex;

pub use self::documents::{DOMAIN, Documents};
use self::listener::Listener;
use crate::agent::conductor::Conductor;
use crate::bus::contract::MetadataOf;
use crate::model::{NetworkId, Result, RouterId};

/// The address at which guests look for it.
pub const ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
/// Where it listens in a network's DHCP namespace.
pub const IN_NETWORK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(ADDRESS), 80);

/// Where a listener stands, and so whose addresses its callers have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In a network's DHCP namespace.
    Network(NetworkId),
    /// In a router's namespace.
    Router(RouterId),
}

impl Origin {
    /// Whoever has this address there.
    fn holder_of(&self, ip: Ipv4Addr) -> MetadataOf {
        match self.clone() {
            Self::Network(network_id) => MetadataOf::Network { network_id, ip },
            Self::Router(router_id) => MetadataOf::Router { router_id, ip },
        }
    }
}

/// The listeners of this host.
pub struct MetadataService {
    conductor: Arc<Conductor>,
    /// By network namespace.
    listeners: Mutex<HashMap<String, Listener>>,
}

impl MetadataService {
    /// None yet.
    pub fn new(conductor: Arc<Conductor>) -> Self {
        Self { conductor, listeners: Mutex::default() }
    }

    /// Listens in the namespace; one that already does, in that very namespace, is left alone.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub async fn listen(&self, netns: &str, at: SocketAddr, origin: Origin) -> Result<()> {
        let mut listeners = self.listeners.lock().await;
        if let Some(present) = listeners.remove(netns) {
            if present.still_serves(netns, at, &origin).await {
                listeners.insert(netns.to_owned(), present);
                return Ok(());
            }
            present.stop().await;
        }
        let listener = Listener::open(netns, at, origin, self.conductor.clone()).await?;
        listeners.insert(netns.to_owned(), listener);
        Ok(())
    }

    /// Stops listening in the namespace; not listening is fine.
    pub async fn leave(&self, netns: &str) {
        let present = self.listeners.lock().await.remove(netns);
        if let Some(present) = present {
            present.stop().await;
        }
    }
}

/// Random text for a guest's entropy: 512 bytes in Base64, as Nova gives.
pub fn seed() -> String {
    STANDARD.encode(rand::random::<[u8; 512]>())
}
