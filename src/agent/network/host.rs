//! The wiring of a real host.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use ipnet::Ipv4Net;

use super::link::{self, Link};
use super::{Tap, Wiring, bridge, dhcp, firewall, netns, router, tap};
use crate::agent::files;
use crate::agent::layout::Layout;
use crate::agent::locks::Locks;
use crate::agent::metadata::{self, MetadataService, Origin};
use crate::bus::contract::{FirewallPlan, NetworkPlan, PortPlan, RouterPlan};
use crate::model::network::bridge_name;
use crate::model::{InstanceId, NetworkId, Result, RouterId};

/// The ways from this host onto physical networks.
#[derive(Debug, Clone, Default)]
pub struct Physical {
    /// Physical network to bridge or interface of this host.
    pub mappings: BTreeMap<String, String>,
    /// The host's own address on the bridge that Arcus makes for it, under [`HOST_NETWORK`]; none for no such bridge.
    pub host_network: Option<Ipv4Net>,
}

/// The physical network that the host itself is the gateway of.
pub const HOST_NETWORK: &str = "host";

/// Bridges, taps, DHCP servers, routers and rules in the network namespace of this process.
pub struct HostWiring {
    layout: Layout,
    mark: String,
    physical: Physical,
    metadata: Arc<MetadataService>,
    networks: Locks<NetworkId>,
    routers: Locks<RouterId>,
}

impl HostWiring {
    /// `mark` tells the devices of this agent from those of others.
    pub fn new(layout: Layout, mark: String, physical: Physical, metadata: Arc<MetadataService>) -> Self {
        Self { layout, mark, physical, metadata, networks: Locks::default(), routers: Locks::default() }
    }
}

#[async_trait]
impl Wiring for HostWiring {
    async fn apply(&self, plan: &NetworkPlan) -> Result<()> {
        let _network = self.networks.hold(&plan.network_id).await;
        let links = link::all().await?;
        bridge::ensure(&links, plan, &self.mark).await?;
        dhcp::ensure(&links, plan, &self.layout.dhcp_of(&plan.network_id)).await?;
        let netns = netns::name(&plan.network_id);
        if netns::exists(&netns).await {
            self.metadata.listen(&netns, metadata::IN_NETWORK, Origin::Network(plan.network_id.clone())).await
        } else {
            self.metadata.leave(&netns).await;
            Ok(())
        }
    }

    async fn remove(&self, network: &NetworkId) -> Result<()> {
        let _network = self.networks.hold(network).await;
        self.metadata.leave(&netns::name(network)).await;
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

    async fn apply_router(&self, plan: &RouterPlan) -> Result<()> {
        let _router = self.routers.hold(&plan.router_id).await;
        router::ensure(&link::all().await?, plan).await
    }

    async fn remove_router(&self, router: &RouterId) -> Result<()> {
        let _router = self.routers.hold(router).await;
        router::remove(router).await
    }

    async fn routers(&self) -> Result<Vec<RouterId>> {
        router::here().await
    }

    async fn guard(&self, plan: &FirewallPlan) -> Result<()> {
        firewall::apply(plan).await
    }

    async fn prepare(&self) -> Result<()> {
        Ok(())
    }

    fn physical_networks(&self) -> Vec<String> {
        let host = self.physical.host_network.map(|_| HOST_NETWORK.to_owned());
        self.physical.mappings.keys().cloned().chain(host).collect()
    }
}
