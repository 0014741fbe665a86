//! The kernel's network devices, by way of `ip`.

use std::io::ErrorKind;
use std::net::IpAddr;

use ipnet::Ipv4Net;
use serde::Deserialize;
use tokio::fs;

use crate::agent::command::{probe, run, run_with_input, said};
use crate::model::{Error, Reason, Result};

/// A device, as `ip -json -details address` shows it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Link {
    #[serde(rename = "ifname", default)]
    pub name: String,
    #[serde(default)]
    pub mtu: i64,
    #[serde(default)]
    pub master: Option<String>,
    /// A text that whoever made the device left on it.
    #[serde(rename = "ifalias", default)]
    pub alias: Option<String>,
    #[serde(default)]
    pub flags: Vec<String>,
    #[serde(rename = "address", default)]
    pub mac: Option<String>,
    /// The device below a VLAN.
    #[serde(rename = "link", default)]
    pub below: Option<String>,
    #[serde(rename = "addr_info", default)]
    pub addresses: Vec<Address>,
    #[serde(rename = "linkinfo", default)]
    pub info: Info,
}

/// What kind of device it is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Info {
    /// Such as `bridge`; none for a card of the machine's.
    #[serde(rename = "info_kind", default)]
    pub kind: Option<String>,
    #[serde(rename = "info_data", default)]
    pub data: serde_json::Value,
    /// What it is to the bridge that it is a port of.
    #[serde(rename = "info_slave_data", default)]
    pub port: Port,
}

/// A port of a bridge.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Port {
    /// Whether nothing passes between it and other isolated ports.
    #[serde(default)]
    pub isolated: bool,
}

/// An address of a device.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Address {
    pub local: IpAddr,
    pub prefixlen: u8,
}

impl Link {
    /// Whether it was set to carry frames.
    pub fn is_up(&self) -> bool {
        self.has_flag("UP")
    }

    /// Whether the kernel shows that flag for it, such as `NOARP`.
    pub fn has_flag(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }

    /// Whether it carries frames of that size for that bridge.
    pub fn is_set(&self, mtu: i64, bridge: &str) -> bool {
        self.is_up() && self.mtu == mtu && self.master.as_deref() == Some(bridge)
    }

    /// Whether it is that bridge's port, isolated from its other isolated ones.
    pub fn is_isolated(&self, bridge: &str) -> bool {
        self.master.as_deref() == Some(bridge) && self.info.port.isolated
    }

    /// Whether it is a bridge.
    pub fn is_bridge(&self) -> bool {
        self.info.kind.as_deref() == Some("bridge")
    }

    /// Its IPv4 addresses, each with the prefix length of its network; host bits set.
    pub fn ipv4(&self) -> impl Iterator<Item = Ipv4Net> {
        self.addresses.iter().filter_map(|address| match address.local {
            IpAddr::V4(local) => Ipv4Net::new(local, address.prefixlen).ok(),
            IpAddr::V6(_) => None,
        })
    }

    /// The commands that give it exactly these addresses.
    pub fn readdress(&self, wanted: &[Ipv4Net]) -> Vec<String> {
        let gone = self.ipv4().filter(|address| !wanted.contains(address));
        let new = wanted.iter().filter(|address| !self.ipv4().any(|present| present == **address));
        gone.map(|address| format!("address delete {address} dev {}", self.name))
            .chain(new.map(|address| format!("address add {address} dev {}", self.name)))
            .collect()
    }
}

/// Every device of this network namespace.
///
/// # Errors
/// When `ip` fails.
pub async fn all() -> Result<Vec<Link>> {
    read(&run("ip", &["-json", "-details", "address", "show"]).await?)
}

/// Every device of a named network namespace.
///
/// # Errors
/// When `ip` fails.
pub async fn all_in(netns: &str) -> Result<Vec<Link>> {
    read(&run("ip", &["-netns", netns, "-json", "-details", "address", "show"]).await?)
}

fn read(text: &str) -> Result<Vec<Link>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(Error::internal)
}

/// The device of that name.
pub fn find<'a>(links: &'a [Link], name: &str) -> Option<&'a Link> {
    links.iter().find(|link| link.name == name)
}

/// Runs several `ip` commands in one go; the first that fails ends it. None at all is fine.
///
/// # Errors
/// When one of them fails.
pub async fn batch(commands: &[String]) -> Result<()> {
    if commands.is_empty() {
        return Ok(());
    }
    run_with_input("ip", &["-batch", "-"], &lines(commands)).await.map(drop)
}

/// As [`batch`], in a network namespace.
///
/// # Errors
/// As [`batch`].
pub async fn batch_in(netns: &str, commands: &[String]) -> Result<()> {
    if commands.is_empty() {
        return Ok(());
    }
    run_with_input("ip", &["-netns", netns, "-batch", "-"], &lines(commands)).await.map(drop)
}

fn lines(commands: &[String]) -> String {
    commands.iter().map(|command| format!("{command}\n")).collect()
}

/// The command that keeps apart what is isolated on a bridge: the way to the world beyond this host, and this host's own
/// DHCP and metadata servers. Each host has those of a network under the same addresses, for its own guests alone.
pub fn isolate(name: &str) -> String {
    format!("link set dev {name} type bridge_slave isolated on")
}

/// Removes a device; gone already is fine.
///
/// # Errors
/// When `ip` fails for another reason.
pub async fn delete(name: &str) -> Result<()> {
    match probe("ip", &["link", "delete", "dev", name]).await {
        Err(error) if says_absent(&error) => Ok(()),
        done => done.map(drop),
    }
}

fn says_absent(error: &Error) -> bool {
    let said = said(error);
    said.contains("Cannot find device") || said.contains("does not exist")
}

/// Keeps the host itself off a guests' network: without IPv6 it has no address there and believes no router there.
///
/// # Errors
/// When the kernel refuses.
pub async fn disable_ipv6(name: &str) -> Result<()> {
    let switch = format!("/proc/sys/net/ipv6/conf/{name}/disable_ipv6");
    match fs::write(&switch, "1").await {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            let why = format!("{switch}: {error}");
            Err(Error::because(Reason::Unavailable { part: "host network".into(), why }, error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_as_ip_prints_them() {
        let text = r#"[
            {"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,"link_type":"loopback"},
            {"ifindex":7,"ifname":"tap1","flags":["BROADCAST"],"mtu":1450,"master":"brq1","ifalias":"arcus/m/i/p"},
            {"ifindex":8,"link_index":2,"ifname":"dhcp1","flags":["UP"],"mtu":1500,"link_netns":"qdhcp-1",
             "master":"brq1","linkinfo":{"info_kind":"veth","info_slave_kind":"bridge","info_slave_data":{"isolated":true}}},
            {"ifindex":9,"ifname":"br0","address":"02:00:00:00:00:01","linkinfo":{"info_kind":"bridge","info_data":{}},
             "addr_info":[{"family":"inet","local":"10.0.0.2","prefixlen":24},
                          {"family":"inet6","local":"fe80::1","prefixlen":64}]}]"#;
        let links = read(text).unwrap();
        let tap = find(&links, "tap1").unwrap();
        assert_eq!((tap.mtu, tap.master.as_deref(), tap.is_up()), (1450, Some("brq1"), false));
        assert_eq!(tap.alias.as_deref(), Some("arcus/m/i/p"));
        assert!(find(&links, "lo").unwrap().is_up());
        assert!(find(&links, "dhcp1").unwrap().is_isolated("brq1") && !tap.is_isolated("brq1"));
        let bridge = find(&links, "br0").unwrap();
        assert!(bridge.is_bridge() && !tap.is_bridge());
        assert_eq!(bridge.ipv4().collect::<Vec<_>>(), ["10.0.0.2/24".parse().unwrap()]);
        let commands = bridge.readdress(&["10.0.0.3/24".parse().unwrap()]);
        assert_eq!(commands, ["address delete 10.0.0.2/24 dev br0", "address add 10.0.0.3/24 dev br0"]);
        assert!(bridge.readdress(&["10.0.0.2/24".parse().unwrap()]).is_empty());
    }
}
