//! The bridge on which the host itself stands: gateway, way out and name server of guests on physical network `host`,
//! much as libvirt's default network is for its guests.
//!
//! It belongs to the machine rather than to one agent: a second agent with the same setting shares it.

mod forwarding;

use std::sync::{Mutex, PoisonError};

use ipnet::Ipv4Net;
use tokio::fs;

use super::dnsmasq::Forwarder;
use super::link::{self, Link};
use super::nft::Nft;
use super::physical::{HOST_NETWORK, unavailable};
use crate::agent::files::io_error;
use crate::agent::layout::Layout;
use crate::model::Result;

/// The bridge's name.
pub const BRIDGE: &str = "br-arcus";
const TABLE: &str = "ip arcus_host";

/// The host's own network, or that there shall be none.
pub struct HostNetwork {
    address: Option<Ipv4Net>,
    alias: String,
    forwarder: Forwarder,
    trouble: Mutex<Option<String>>,
    one_at_a_time: tokio::sync::Mutex<()>,
}

impl HostNetwork {
    /// `address` is the host's own on the bridge.
    pub fn new(address: Option<Ipv4Net>, mark: &str, layout: &Layout) -> Self {
        Self {
            address,
            alias: format!("arcus/{mark}/{HOST_NETWORK}"),
            forwarder: Forwarder::new(layout.name_forwarder()),
            trouble: Mutex::default(),
            one_at_a_time: tokio::sync::Mutex::default(),
        }
    }

    /// Makes bridge, address, way out and name server be there. Where the range is in use already, nothing is touched.
    ///
    /// # Errors
    /// A sentence that says what is in the way, or when a command fails.
    pub async fn ensure(&self, nft: &Nft) -> Result<()> {
        let _alone = self.one_at_a_time.lock().await;
        let links = link::all().await?;
        let Some(address) = self.address else { return self.remove(&links, nft).await };
        let trouble = obstacle(&links, address, Some(&self.alias));
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble.clone();
        if let Some(why) = trouble {
            return Err(unavailable(HOST_NETWORK, why));
        }
        self.bridge(link::find(&links, BRIDGE), address).await?;
        forwarding::allow().await?;
        nft.ensure("", TABLE, &masquerade(address)).await?;
        self.forwarder.ensure(address.addr()).await
    }

    /// Why there is no such bridge although there should be one.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn bridge(&self, present: Option<&Link>, address: Ipv4Net) -> Result<()> {
        let mut commands = Vec::new();
        match present {
            // With a MAC address of its own it keeps that one, whichever ports come and go.
            None => {
                let [a, b, c, d] = address.addr().octets();
                let mac = format!("02:00:{a:02x}:{b:02x}:{c:02x}:{d:02x}");
                commands.extend([
                    format!("link add name {BRIDGE} address {mac} type bridge stp_state 0 forward_delay 0"),
                    format!("link set dev {BRIDGE} alias {} up", self.alias),
                    format!("address add {address} dev {BRIDGE}"),
                ]);
            }
            Some(bridge) => {
                if !bridge.is_up() {
                    commands.push(format!("link set dev {BRIDGE} up"));
                }
                commands.extend(bridge.readdress(&[address]));
            }
        }
        if commands.is_empty() {
            return Ok(());
        }
        link::batch(&commands).await?;
        link::disable_ipv6(BRIDGE).await
    }

    /// Takes down what this agent made when the setting was another one.
    async fn remove(&self, links: &[Link], nft: &Nft) -> Result<()> {
        if link::find(links, BRIDGE).is_none_or(|bridge| bridge.alias.as_deref() != Some(&self.alias)) {
            return Ok(());
        }
        self.forwarder.remove().await?;
        nft.remove("", TABLE).await?;
        link::delete(BRIDGE).await
    }
}

/// What stands in the way of the host's own network with this address; `ours` is the alias of the bridge that this
/// agent makes.
pub fn obstacle(links: &[Link], address: Ipv4Net, ours: Option<&str>) -> Option<String> {
    let overlaps = |other: &Ipv4Net| other.contains(&address.network()) || address.contains(&other.network());
    let others = links.iter().filter(|link| link.name != BRIDGE);
    let mut taken = others.flat_map(|link| link.ipv4().map(|address| (&link.name, address)));
    if let Some((name, other)) = taken.find(|(_, other)| overlaps(other)) {
        let range = address.trunc();
        return Some(format!(
            "{range} overlaps with {other} on interface {name}; give host_network another range, or nothing"
        ));
    }
    let bridge = link::find(links, BRIDGE)?;
    let alias = bridge.alias.as_deref().unwrap_or_default();
    let is_arcus = alias.starts_with("arcus/") && alias.ends_with(HOST_NETWORK);
    if Some(alias) == ours || (is_arcus && bridge.ipv4().any(|present| present == address)) {
        return None;
    }
    Some(match bridge.ipv4().next() {
        Some(other) if is_arcus => format!(
            "another Arcus on this machine made {BRIDGE} with address {other}; set host_network to that, or, if that \
             Arcus is gone, remove the bridge: ip link delete {BRIDGE}"
        ),
        _ => format!("there is a device {BRIDGE} that Arcus did not make; rename or remove it"),
    })
}

/// Connections that guests begin are tracked apart from how they were tracked on the way here: with br_netfilter they
/// were seen on their network's own bridge already, where nothing was to be masqueraded.
const ZONE: u16 = 65_000;

/// Only what comes from the bridge and leaves the range gets the host's own address.
fn masquerade(address: Ipv4Net) -> String {
    let range = address.trunc();
    format!(
        "  chain prerouting {{
    type filter hook prerouting priority raw; policy accept;
    iifname \"{BRIDGE}\" ct original zone set {ZONE}
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    iifname \"{BRIDGE}\" ip saddr {range} ip daddr != {{ {range}, 224.0.0.0/24, 255.255.255.255 }} masquerade
  }}
"
    )
}

/// Whether the host passes packets on.
pub async fn forward_packets() -> Result<()> {
    const SWITCH: &str = "/proc/sys/net/ipv4/ip_forward";
    let path = std::path::Path::new(SWITCH);
    let on = fs::read_to_string(path).await.map_err(|error| io_error(path, error))?;
    if on.trim() == "1" {
        return Ok(());
    }
    fs::write(path, "1").await.map_err(|error| io_error(path, error))
}

#[cfg(test)]
mod tests {
    use super::super::link::Address;
    use super::*;

    const OURS: &str = "arcus/m1/host";

    fn link(name: &str, alias: &str, address: &str) -> Link {
        let (local, length) = address.split_once('/').unwrap();
        Link {
            name: name.into(),
            alias: Some(alias.into()),
            addresses: vec![Address { local: local.parse().unwrap(), prefixlen: length.parse().unwrap() }],
            ..Link::default()
        }
    }

    fn obstacle_of(links: &[Link]) -> Option<String> {
        obstacle(links, "172.24.4.1/24".parse().unwrap(), Some(OURS))
    }

    #[test]
    fn a_range_in_use_elsewhere_is_not_taken() {
        let said = obstacle_of(&[link("eth0", "", "172.24.0.9/16")]).unwrap();
        assert!(said.contains("172.24.0.9/16") && said.contains("eth0") && said.contains("host_network"), "{said}");
        assert_eq!(obstacle_of(&[link("eth0", "", "172.25.0.9/16")]), None);
    }

    #[test]
    fn the_bridge_is_shared_with_others_of_the_same_setting_only() {
        assert_eq!(obstacle_of(&[link(BRIDGE, OURS, "172.24.9.1/24")]), None);
        assert_eq!(obstacle_of(&[link(BRIDGE, "arcus/m2/host", "172.24.4.1/24")]), None);
        assert!(obstacle_of(&[link(BRIDGE, "arcus/m2/host", "172.24.9.1/24")]).unwrap().contains("172.24.9.1/24"));
        assert!(obstacle_of(&[link(BRIDGE, "", "172.24.4.1/24")]).unwrap().contains("did not make"));
    }

    #[test]
    fn only_what_leaves_the_range_is_masqueraded() {
        let rules = masquerade("172.24.4.1/24".parse().unwrap());
        assert!(rules.contains("iifname \"br-arcus\" ip saddr 172.24.4.0/24 ip daddr != { 172.24.4.0/24,"), "{rules}");
    }
}
