//! Networks on this host: a bridge per network, a tap per port, DHCP per network.

mod bridge;
mod dhcp;
mod dnsmasq;
mod handler;
mod host;
mod link;
mod netns;
mod simulated;
mod tap;

pub use handler::NetworkHandler;
pub use host::HostWiring;
pub use simulated::SimulatedWiring;

use async_trait::async_trait;

use crate::bus::contract::{NetworkPlan, PortPlan};
use crate::model::{InstanceId, NetworkId, Result};

/// A port's device on this host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tap {
    pub name: String,
    pub instance_id: InstanceId,
}

/// What the agent needs of a host's network. Every call can be repeated; what is already gone is fine.
#[async_trait]
pub trait Wiring: Send + Sync + 'static {
    /// Makes a network be here as planned: its bridge, and DHCP that knows its ports.
    async fn apply(&self, plan: &NetworkPlan) -> Result<()>;

    /// Takes a network down.
    async fn remove(&self, network: &NetworkId) -> Result<()>;

    /// Makes a port's tap and plugs it into the bridge, which must be there.
    async fn plug(&self, port: &PortPlan) -> Result<()>;

    /// Removes every tap of an instance.
    async fn unplug(&self, instance: &InstanceId) -> Result<()>;

    /// The taps that this agent made and that are still here.
    async fn taps(&self) -> Result<Vec<Tap>>;

    /// The networks of which this agent has anything here.
    async fn networks(&self) -> Result<Vec<NetworkId>>;
}
