//! DHCP of a network on this host: a namespace, a link into it from the bridge, and dnsmasq inside.

use std::path::Path;

use ipnet::Ipv4Net;

use super::link::{self, Link};
use super::{dnsmasq, netns};
use crate::agent::metadata;
use crate::bus::contract::{NetworkPlan, SubnetPlan};
use crate::model::{NetworkId, Result};

/// The name of the link inside the namespace.
pub const INSIDE: &str = "ns-dhcp";

/// The subnets that are served, each with the server's own address in it.
pub fn served(plan: &NetworkPlan) -> impl Iterator<Item = (&SubnetPlan, std::net::Ipv4Addr)> {
    plan.subnets.iter().filter(|subnet| subnet.enable_dhcp).filter_map(|subnet| Some((subnet, subnet.dhcp_ip?)))
}

/// Makes DHCP be as planned. The bridge must be there.
///
/// # Errors
/// When the host cannot be wired or dnsmasq not started.
pub async fn ensure(links: &[Link], plan: &NetworkPlan, directory: &Path) -> Result<()> {
    if !plan.admin_state_up || served(plan).next().is_none() {
        return remove(&plan.network_id, directory).await;
    }
    let netns = netns::name(&plan.network_id);
    netns::ensure(&netns).await?;
    connect(links, plan, &netns).await?;
    dnsmasq::ensure(plan, &netns, directory).await
}

/// Takes DHCP down.
///
/// # Errors
/// When something of it cannot be removed.
pub async fn remove(network: &NetworkId, directory: &Path) -> Result<()> {
    dnsmasq::remove(directory).await?;
    netns::delete(&netns::name(network)).await?;
    link::delete(&outside(network)).await
}

/// The name of the link on the bridge; 15 characters, the kernel's most.
fn outside(network: &NetworkId) -> String {
    let id = network.as_str();
    format!("dhcp{}", id.get(..11).unwrap_or(id))
}

async fn connect(links: &[Link], plan: &NetworkPlan, netns: &str) -> Result<()> {
    let outside = outside(&plan.network_id);
    let (bridge, mtu) = (&plan.bridge, plan.mtu);
    let inside = link::all_in(netns).await?;
    let mut present = link::find(links, &outside);
    let mut end = link::find(&inside, INSIDE).cloned().unwrap_or_default();
    // Of a pair whose other end is in a namespace that lost its name, nothing can be used.
    if present.is_none() || end.name.is_empty() {
        link::delete(&outside).await?;
        link::batch(&[format!("link add name {outside} type veth peer name {INSIDE} netns {netns}")]).await?;
        link::batch_in(netns, &[format!("link set dev {INSIDE} addrgenmode none")]).await?;
        link::disable_ipv6(&outside).await?;
        (present, end) = (None, Link { name: INSIDE.to_owned(), ..Link::default() });
    }
    if !present.is_some_and(|found| found.is_set(mtu, bridge) && found.is_isolated(bridge)) {
        // Down until it is isolated: not one answer is to leave the host.
        let joined = format!("link set dev {outside} down mtu {mtu} master {bridge}");
        link::batch(&[joined, link::isolate(&outside), format!("link set dev {outside} up")]).await?;
    }
    let own = served(plan).filter_map(|(subnet, ip)| Ipv4Net::new(ip, subnet.cidr.prefix_len()).ok());
    // That of the metadata service is last, because dnsmasq takes the first for its own.
    let wanted: Vec<Ipv4Net> = own.chain([metadata::ADDRESS.into()]).collect();
    let mut commands = end.readdress(&wanted);
    if end.mtu != mtu || !end.is_up() {
        commands.push(format!("link set dev {INSIDE} mtu {mtu} up"));
    }
    link::batch_in(netns, &commands).await
}
