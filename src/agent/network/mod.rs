//! Networks on this host: a bridge per network, a tap per port, DHCP per network.

mod bridge;
mod dhcp;
mod dnsmasq;
mod firewall;
mod handler;
mod host;
mod host_network;
mod keep_out;
mod link;
pub(in crate::agent) mod netns;
mod nft;
mod physical;
mod probe;
mod refresh;
mod router;
mod segment;
mod simulated;
mod tap;

pub use handler::NetworkHandler;
pub use host::HostWiring;
pub use physical::{HOST_NETWORK, Physical};
pub use probe::{device_exists, host_network_obstacle};
pub use refresh::Refresh;
pub use simulated::SimulatedWiring;

use async_trait::async_trait;

use crate::bus::contract::{FirewallPlan, NetworkPlan, PortPlan, RouterPlan};
use crate::model::{InstanceId, NetworkId, PortId, Result, RouterId};

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

    /// Removes one port's tap.
    async fn unplug_port(&self, port: &PortId) -> Result<()>;

    /// The taps that this agent made and that are still here.
    async fn taps(&self) -> Result<Vec<Tap>>;

    /// The networks of which this agent has anything here.
    async fn networks(&self) -> Result<Vec<NetworkId>>;

    /// Makes a router be here as planned. Its networks must be here.
    async fn apply_router(&self, plan: &RouterPlan) -> Result<()>;

    /// Takes a router down.
    async fn remove_router(&self, router: &RouterId) -> Result<()>;

    /// The routers of which this agent has anything here.
    async fn routers(&self) -> Result<Vec<RouterId>>;

    /// Lets pass what may pass at the ports of instances here, and nothing else: at once, for all of them.
    async fn guard(&self, plan: &FirewallPlan) -> Result<()>;

    /// Makes what is here apart from any network or router: the bridge on which the host itself stands.
    async fn prepare(&self) -> Result<()>;

    /// The names of the physical networks that this host has a way onto.
    fn physical_networks(&self) -> Vec<String>;
}
