//! The wiring of a real host.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use super::firewall::Firewall;
use super::host_network::{BRIDGE, HostNetwork};
use super::link::{self, Link};
use super::nft::Nft;
use super::physical::{HOST_NETWORK, Physical, unavailable};
use super::router::Routers;
use super::{Tap, Wiring, bridge, dhcp, keep_out, netns, segment, tap};
use crate::agent::files;
use crate::agent::layout::Layout;
use crate::agent::locks::Locks;
use crate::agent::metadata::{self, MetadataService, Origin};
use crate::bus::contract::{FirewallPlan, NetworkPlan, PortPlan, RouterPlan, Segment};
use crate::model::network::{bridge_name, tap_name};
use crate::model::{InstanceId, NetworkId, PortId, Result, RouterId};

/// Bridges, taps, DHCP servers, routers and rules in the network namespace of this process.
pub struct HostWiring {
    layout: Layout,
    mark: String,
    physical: Physical,
    metadata: Arc<MetadataService>,
    host_network: HostNetwork,
    routers: Routers,
    nft: Nft,
    firewall: Firewall,
    network_locks: Locks<NetworkId>,
    router_locks: Locks<RouterId>,
}

impl HostWiring {
    /// `mark` tells the devices of this agent from those of others.
    pub fn new(layout: Layout, mark: String, physical: Physical, metadata: Arc<MetadataService>) -> Self {
        Self {
            host_network: HostNetwork::new(physical.host_network, &mark, &layout),
            routers: Routers::new(layout.routers(), mark.clone(), metadata.clone()),
            metadata,
            nft: Nft::default(),
            firewall: Firewall::default(),
            network_locks: Locks::default(),
            router_locks: Locks::default(),
            layout,
            mark,
            physical,
        }
    }

    /// DHCP and metadata, which stand in one namespace.
    async fn serve(&self, plan: &NetworkPlan, links: &[Link]) -> Result<()> {
        dhcp::ensure(links, plan, &self.layout.dhcp_of(&plan.network_id)).await?;
        let netns = netns::name(&plan.network_id);
        if netns::exists(&netns) {
            return self.metadata.listen(&netns, metadata::IN_NETWORK, Origin::Network(plan.network_id.clone())).await;
        }
        self.metadata.leave(&netns).await;
        Ok(())
    }

    /// What a network's uplink leads onto must be there first, also before the first comparison with the records.
    async fn stand_ready(&self, plan: &NetworkPlan, links: Vec<Link>) -> Result<Vec<Link>> {
        let is_host = |physical_network: &str| {
            physical_network == HOST_NETWORK && !self.physical.mappings.contains_key(HOST_NETWORK)
        };
        match &plan.segment {
            Segment::Flat { physical_network } | Segment::Vlan { physical_network, .. }
                if is_host(physical_network) =>
            {
                if let Some(why) = self.host_network.trouble() {
                    return Err(unavailable(HOST_NETWORK, why));
                }
                if link::find(&links, BRIDGE).is_some() {
                    return Ok(links);
                }
                self.host_network.ensure(&self.nft).await?;
                link::all().await
            }
            _ => Ok(links),
        }
    }
}

#[async_trait]
impl Wiring for HostWiring {
    async fn apply(&self, plan: &NetworkPlan) -> Result<()> {
        let _network = self.network_locks.hold(&plan.network_id).await;
        let links = link::all().await?;
        bridge::ensure(&links, plan, &self.mark).await?;
        let served = self.serve(plan, &links).await;
        // Guests keep addresses and each other also while the way out is missing.
        let links = self.stand_ready(plan, links).await?;
        segment::ensure(&links, plan, &self.physical, &self.mark).await.and(served)
    }

    async fn remove(&self, network: &NetworkId) -> Result<()> {
        let _network = self.network_locks.hold(network).await;
        self.metadata.leave(&netns::name(network)).await;
        dhcp::remove(network, &self.layout.dhcp_of(network)).await?;
        segment::remove(&link::all().await?, network).await?;
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

    async fn unplug_port(&self, port: &PortId) -> Result<()> {
        link::delete(&tap_name(port)).await
    }

    async fn taps(&self) -> Result<Vec<Tap>> {
        let links: Vec<Link> = link::all().await?;
        Ok(tap::ours(&links, &self.mark))
    }

    async fn networks(&self) -> Result<Vec<NetworkId>> {
        let links = link::all().await?;
        let bridged = bridge::networks(&links, &self.mark).into_iter().chain(segment::networks(&links, &self.mark));
        let served = files::names_in(&self.layout.dhcp()).await?.into_iter().map(NetworkId::from);
        let both: BTreeSet<NetworkId> = bridged.chain(served).collect();
        Ok(both.into_iter().collect())
    }

    async fn apply_router(&self, plan: &RouterPlan) -> Result<()> {
        let _router = self.router_locks.hold(&plan.router_id).await;
        self.routers.ensure(&link::all().await?, &self.nft, plan).await
    }

    async fn remove_router(&self, router: &RouterId) -> Result<()> {
        let _router = self.router_locks.hold(router).await;
        self.routers.remove(&self.nft, router).await
    }

    async fn routers(&self) -> Result<Vec<RouterId>> {
        self.routers.here().await
    }

    async fn guard(&self, plan: &FirewallPlan) -> Result<()> {
        self.firewall.apply(plan).await
    }

    async fn prepare(&self) -> Result<()> {
        let kept_out = keep_out::ensure(&self.nft).await;
        self.host_network.ensure(&self.nft).await.and(kept_out)
    }

    fn physical_networks(&self) -> Vec<String> {
        let is_usable = |name: &String| name != HOST_NETWORK || self.host_network.trouble().is_none();
        self.physical.names().into_iter().filter(is_usable).collect()
    }
}
