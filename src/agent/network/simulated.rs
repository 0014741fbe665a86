//! The wiring of a pretended host: remembered, and never made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::physical::HOST_NETWORK;
use super::{Tap, Wiring};
use crate::bus::contract::{FirewallPlan, NetworkPlan, PortPlan, RouterPlan};
use crate::model::network::tap_name;
use crate::model::{InstanceId, NetworkId, PortId, Result, RouterId};

/// Wiring that touches no real network.
pub struct SimulatedWiring {
    wires: Mutex<Wires>,
    /// What it is said to reach.
    physical_networks: Vec<String>,
}

#[derive(Default)]
struct Wires {
    networks: BTreeSet<NetworkId>,
    taps: BTreeMap<String, InstanceId>,
    routers: BTreeSet<RouterId>,
}

impl SimulatedWiring {
    /// Wiring that reaches these physical networks and the host's own.
    pub fn onto(physical_networks: impl IntoIterator<Item = String>) -> Self {
        let physical_networks = physical_networks.into_iter().chain([HOST_NETWORK.to_owned()]).collect();
        Self { wires: Mutex::default(), physical_networks }
    }

    fn wires(&self) -> MutexGuard<'_, Wires> {
        self.wires.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Wiring for SimulatedWiring {
    async fn apply(&self, plan: &NetworkPlan) -> Result<()> {
        self.wires().networks.insert(plan.network_id.clone());
        Ok(())
    }

    async fn remove(&self, network: &NetworkId) -> Result<()> {
        self.wires().networks.remove(network);
        Ok(())
    }

    async fn plug(&self, port: &PortPlan) -> Result<()> {
        self.wires().taps.insert(port.tap.clone(), port.device_id.as_str().into());
        Ok(())
    }

    async fn unplug(&self, instance: &InstanceId) -> Result<()> {
        self.wires().taps.retain(|_, owner| owner != instance);
        Ok(())
    }

    async fn unplug_port(&self, port: &PortId) -> Result<()> {
        self.wires().taps.remove(&tap_name(port));
        Ok(())
    }

    async fn taps(&self) -> Result<Vec<Tap>> {
        let taps = self.wires().taps.clone();
        Ok(taps.into_iter().map(|(name, instance_id)| Tap { name, instance_id }).collect())
    }

    async fn networks(&self) -> Result<Vec<NetworkId>> {
        Ok(self.wires().networks.iter().cloned().collect())
    }

    async fn apply_router(&self, plan: &RouterPlan) -> Result<()> {
        self.wires().routers.insert(plan.router_id.clone());
        Ok(())
    }

    async fn remove_router(&self, router: &RouterId) -> Result<()> {
        self.wires().routers.remove(router);
        Ok(())
    }

    async fn routers(&self) -> Result<Vec<RouterId>> {
        Ok(self.wires().routers.iter().cloned().collect())
    }

    async fn guard(&self, _plan: &FirewallPlan) -> Result<()> {
        Ok(())
    }

    async fn prepare(&self) -> Result<()> {
        Ok(())
    }

    fn physical_networks(&self) -> Vec<String> {
        self.physical_networks.clone()
    }
}
