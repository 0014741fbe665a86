//! DHCP of a network on this host: a namespace, a link into it from the bridge, and dnsmasq inside.

use std::path::Path;

use serde::Deserialize;

use super::link::{self, Link};
use super::{dnsmasq, netns};
use crate::agent::command::run;
use crate::agent::metadata;
use crate::bus::contract::{NetworkPlan, SubnetPlan};
use crate::model::{Error, NetworkId, Result};

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
    if served(plan).next().is_none() {
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
    let present = link::find(links, &outside);
    if present.is_none() {
        link::batch(&[format!("link add name {outside} type veth peer name {INSIDE} netns {netns}")]).await?;
        link::batch_in(netns, &[format!("link set dev {INSIDE} addrgenmode none")]).await?;
        link::disable_ipv6(&outside).await?;
    }
    let right = |found: &Link| found.mtu == plan.mtu && found.is_up() && found.master.as_deref() == Some(&plan.bridge);
    if !present.is_some_and(right) {
        let (bridge, mtu) = (&plan.bridge, plan.mtu);
        link::batch(&[format!("link set dev {outside} mtu {mtu} master {bridge} up")]).await?;
        link::batch_in(netns, &[format!("link set dev {INSIDE} mtu {mtu} up")]).await?;
    }
    address(plan, netns).await
}

/// Gives the server its address in each subnet and that of the metadata service, and takes others from it.
async fn address(plan: &NetworkPlan, netns: &str) -> Result<()> {
    let own = served(plan).map(|(subnet, ip)| format!("{ip}/{}", subnet.cidr.prefix_len()));
    // Last, because dnsmasq takes the first for its own.
    let wanted: Vec<String> = own.chain([format!("{}/32", metadata::ADDRESS)]).collect();
    let text = run("ip", &["-netns", netns, "-json", "-4", "address", "show", "dev", INSIDE]).await?;
    let present = addresses_in(&text)?;
    let gone = present.iter().filter(|address| !wanted.contains(address));
    let new = wanted.iter().filter(|address| !present.contains(address));
    let commands: Vec<String> = gone
        .map(|address| format!("address delete {address} dev {INSIDE}"))
        .chain(new.map(|address| format!("address add {address} dev {INSIDE}")))
        .collect();
    if commands.is_empty() { Ok(()) } else { link::batch_in(netns, &commands).await }
}

#[derive(Deserialize)]
struct Device {
    #[serde(default)]
    addr_info: Vec<Address>,
}

#[derive(Deserialize)]
struct Address {
    local: String,
    prefixlen: u8,
}

fn addresses_in(text: &str) -> Result<Vec<String>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let devices: Vec<Device> = serde_json::from_str(text).map_err(Error::internal)?;
    let addresses = devices.into_iter().flat_map(|device| device.addr_info);
    Ok(addresses.map(|address| format!("{}/{}", address.local, address.prefixlen)).collect())
}

#[cfg(test)]
mod tests {
    use super::addresses_in;

    #[test]
    fn addresses_are_read_as_ip_prints_them() {
        let text = r#"[{"ifname":"ns-dhcp","addr_info":[{"family":"inet","local":"10.0.0.2","prefixlen":24}]}]"#;
        assert_eq!(addresses_in(text).unwrap(), ["10.0.0.2/24"]);
        assert_eq!(addresses_in("[{}]").unwrap(), [""; 0]);
        assert_eq!(addresses_in("").unwrap(), [""; 0]);
    }
}
