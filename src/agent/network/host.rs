//! The wiring of a real host.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::link::{self, Link};
use super::{Tap, Wiring, bridge, dhcp, tap};
use crate::agent::files;
use crate::agent::layout::Layout;
use crate::agent::locks::Locks;
use crate::bus::contract::{NetworkPlan, PortPlan};
use crate::model::network::bridge_name;
use crate::model::{InstanceId, NetworkId, Result};

/// Bridges, taps and DHCP servers in the network namespace of this process.
pub struct HostWiring {
    layout: Layout,
    mark: String,
    networks: Locks<NetworkId>,
}

impl HostWiring {
    /// `mark` tells the devices of this agent from those of others.
    pub fn new(layout: Layout, mark: String) -> Self {
        Self { layout, mark, networks: Locks::default() }
    }
}

#[async_trait]
impl Wiring for HostWiring {
    async fn apply(&self, plan: &NetworkPlan) -> Result<()> {
        let _network = self.networks.hold(&plan.network_id).await;
        let links = link::all().await?;
        bridge::ensure(&links, plan, &self.mark).await?;
        dhcp::ensure(&links, plan, &self.layout.dhcp_of(&plan.network_id)).await
    }

    async fn remove(&self, network: &NetworkId) -> Result<()> {
        let _network = self.networks.hold(network).await;
        dhcp::remove(network, &self.layout.dhcp_of(network)).await?;
        link::delete(&bridge_name(network)).await
    }

    async fn plug(&self, port: &PortPlan) -> Result<()> {
        tap::ensure(&link::all().await?, port, &self.mark).await
    }

    async fn unplug(&self, instance: &InstanceId) -> Result<()> {
        for tap in self.taps().await?.iter().filter(|tap| tap.instance_id == *instance) {
            link::delete(&tap.name).await?;
        }
        Ok(())
    }

    async fn taps(&self) -> Result<Vec<Tap>> {
        let links: Vec<Link> = link::all().await?;
        Ok(tap::ours(&links, &self.mark))
    }

    async fn networks(&self) -> Result<Vec<NetworkId>> {
        let bridged = bridge::networks(&link::all().await?, &self.mark);
        let served = files::names_in(&self.layout.dhcp()).await?.into_iter().map(NetworkId::from);
        let both: BTreeSet<NetworkId> = bridged.into_iter().chain(served).collect();
        Ok(both.into_iter().collect())
    }
}
