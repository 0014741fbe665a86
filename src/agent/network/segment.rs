//! What joins a network's bridge to the world beyond this host.
//!
//! A segment is turned into one [`Uplink`], a port of the bridge. Each kind of uplink says how it is made; that stale
//! ones go is the same for all.

use super::link::{self, Link};
use super::physical::{Physical, unavailable};
use crate::agent::command;
use crate::bus::contract::{NetworkPlan, Segment};
use crate::model::{NetworkId, Result};

/// A port of a network's bridge through which frames leave the host.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Uplink {
    /// An interface of the host, as it is. It stays the host's.
    Interface { name: String },
    /// A cable to a bridge of the host. `near` is on the network's bridge.
    Cable { near: String, far: String, bridge: String },
    /// Frames get a tag on their way onto a device of the host.
    Vlan { name: String, device: String, id: i64 },
}

impl Uplink {
    /// None for a network that ends at the host.
    fn of(links: &[Link], plan: &NetworkPlan, physical: &Physical) -> Result<Option<Self>> {
        let (physical_network, vlan) = match &plan.segment {
            Segment::Local => return Ok(None),
            Segment::Flat { physical_network } => (physical_network, None),
            Segment::Vlan { physical_network, id } => (physical_network, Some(*id)),
        };
        let device = physical.device(physical_network)?;
        let absent = || unavailable(physical_network, format!("its device {device} is not on this host"));
        let found = link::find(links, device).ok_or_else(absent)?;
        let device = device.to_owned();
        Ok(Some(match vlan {
            Some(id) => Self::Vlan { name: name("upv", &plan.network_id), device, id },
            None if found.is_bridge() => {
                let (near, far) = (name("upn", &plan.network_id), name("upp", &plan.network_id));
                Self::Cable { near, far, bridge: device }
            }
            None => Self::Interface { name: device },
        }))
    }

    /// The device that is a port of the network's bridge.
    fn port(&self) -> &str {
        match self {
            Self::Interface { name } | Self::Vlan { name, .. } | Self::Cable { near: name, .. } => name,
        }
    }

    /// Makes it be there and be a port of the network's bridge.
    async fn ensure(&self, links: &[Link], plan: &NetworkPlan, alias: &str) -> Result<()> {
        let mtu = plan.mtu;
        match self {
            Self::Interface { name } => may_be_taken(links, name, &plan.bridge)?,
            Self::Cable { near, far, bridge } => {
                let whole = link::find(links, near).is_some() && link::find(links, far).is_some();
                if !whole {
                    link::delete(near).await?;
                    link::batch(&[format!("link add name {near} type veth peer name {far}")]).await?;
                    link::disable_ipv6(near).await?;
                    link::disable_ipv6(far).await?;
                    link::batch(&[format!("link set dev {far} alias {alias}/far")]).await?;
                }
                if !link::find(links, far).is_some_and(|found| whole && found.is_set(mtu, bridge)) {
                    link::batch(&[format!("link set dev {far} mtu {mtu} master {bridge} up")]).await?;
                }
            }
            Self::Vlan { name, device, id } => {
                let right = |found: &Link| found.below.as_deref() == Some(device) && found.info.data["id"] == *id;
                if !link::find(links, name).is_some_and(right) {
                    link::delete(name).await?;
                    let made = link::batch(&[format!("link add link {device} name {name} type vlan id {id}")]).await;
                    made.map_err(without_8021q)?;
                    link::disable_ipv6(name).await?;
                }
            }
        }
        let port = self.port();
        let is_whole = |found: &Link| match self {
            // Its size is the owner's business.
            Self::Interface { .. } => found.is_up() && found.master.as_deref() == Some(&plan.bridge),
            _ => found.is_set(mtu, &plan.bridge) && found.alias.as_deref() == Some(alias),
        };
        let is_right = |found: &Link| is_whole(found) && found.is_isolated(&plan.bridge);
        if link::find(links, port).is_some_and(is_right) {
            return Ok(());
        }
        let bridge = &plan.bridge;
        let mut commands = match self {
            Self::Interface { .. } => vec![format!("link set dev {port} master {bridge}")],
            _ => vec![
                format!("link set dev {port} alias {alias}"),
                format!("link set dev {port} mtu {mtu} master {bridge}"),
            ],
        };
        commands.extend([link::isolate(port), format!("link set dev {port} up")]);
        link::batch(&commands).await
    }
}

/// Joins the network's bridge, which must be there, to the world as planned, and to nothing else.
///
/// # Errors
/// When the host has no way there, or `ip` fails.
pub async fn ensure(links: &[Link], plan: &NetworkPlan, physical: &Physical, mark: &str) -> Result<()> {
    let uplink = Uplink::of(links, plan, physical);
    let port = uplink.as_ref().ok().and_then(|uplink| uplink.as_ref()).map(Uplink::port);
    let is_stale = |link: &&Link| Some(link.name.as_str()) != port;
    for stale in made(links, &plan.network_id).filter(is_stale) {
        link::delete(&stale.name).await?;
    }
    let is_own = |link: &&Link| physical.mappings.values().any(|device| *device == link.name);
    let joined = links.iter().filter(|link| link.master.as_deref() == Some(&plan.bridge));
    for stale in joined.filter(is_own).filter(is_stale) {
        link::batch(&[format!("link set dev {} nomaster", stale.name)]).await?;
    }
    let alias = alias(mark, &plan.network_id);
    match uplink? {
        Some(uplink) => uplink.ensure(links, plan, &alias).await,
        None => Ok(()),
    }
}

/// Takes away what was made to join a network to the world. An interface of the host only leaves the bridge, with it.
///
/// # Errors
/// When `ip` fails.
pub async fn remove(links: &[Link], network: &NetworkId) -> Result<()> {
    for link in made(links, network) {
        link::delete(&link.name).await?;
    }
    Ok(())
}

/// The devices that were made for a network's uplink, of whatever kind it was. A cable goes with its near end.
fn made<'a>(links: &'a [Link], network: &NetworkId) -> impl Iterator<Item = &'a Link> {
    [name("upn", network), name("upv", network)].into_iter().filter_map(|name| link::find(links, &name))
}

/// The networks of which something that joins them to the world is here.
pub fn networks(links: &[Link], mark: &str) -> Vec<NetworkId> {
    let prefix = prefix(mark);
    let id = |link: &Link| link.alias.as_deref()?.strip_prefix(&prefix)?.split('/').next().map(NetworkId::from);
    links.iter().filter_map(id).collect()
}

/// An interface that carries the host's own traffic, or another bridge's, is not taken away from it.
fn may_be_taken(links: &[Link], name: &str, bridge: &str) -> Result<()> {
    let Some(found) = link::find(links, name) else { return Ok(()) };
    let why = match (&found.master, found.ipv4().next()) {
        (Some(master), _) if master == bridge => return Ok(()),
        (Some(master), _) => format!("interface {name} is a port of {master} already; map that bridge instead"),
        (None, Some(address)) => format!(
            "interface {name} has the host's own address {address}, which it would lose; make a bridge with that \
             address over it and map the bridge instead"
        ),
        (None, None) => return Ok(()),
    };
    Err(unavailable(name, why))
}

fn without_8021q(error: crate::model::Error) -> crate::model::Error {
    let said = command::said(&error);
    if !said.contains("not supported") && !said.contains("Unknown device type") {
        return error;
    }
    unavailable(
        "for VLANs",
        "this kernel has no VLANs (module 8021q is not loaded); load it with `modprobe 8021q`".to_owned(),
    )
}

/// 14 characters; the kernel allows 15.
fn name(prefix: &str, network: &NetworkId) -> String {
    let id = network.as_str();
    format!("{prefix}{}", id.get(..11).unwrap_or(id))
}

fn alias(mark: &str, network: &NetworkId) -> String {
    format!("{}{network}", prefix(mark))
}

fn prefix(mark: &str) -> String {
    format!("arcus/{mark}/uplink/")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::link::{Address, Info};
    use super::*;

    fn link(name: &str, kind: Option<&str>) -> Link {
        let info = Info { kind: kind.map(str::to_owned), ..Info::default() };
        Link { name: name.into(), info, ..Link::default() }
    }

    fn plan(segment: Segment) -> NetworkPlan {
        NetworkPlan {
            network_id: "0e0e0e0e-1111-4222-8333-444455556666".into(),
            name: "n".into(),
            bridge: "brq0e0e0e0e-11".into(),
            segment,
            admin_state_up: true,
            mtu: 1500,
            subnets: Vec::new(),
            ports: Vec::new(),
        }
    }

    fn uplink(segment: Segment) -> Result<Option<Uplink>> {
        let mapping = |name: &str, device: &str| (name.to_owned(), device.to_owned());
        let mappings = [mapping("provider", "br-ex"), mapping("rack", "eth1"), mapping("gone", "eth9")];
        let physical = Physical { mappings: BTreeMap::from(mappings), host_network: None };
        Uplink::of(&[link("br-ex", Some("bridge")), link("eth1", None)], &plan(segment), &physical)
    }

    fn flat(physical_network: &str) -> Segment {
        Segment::Flat { physical_network: physical_network.to_owned() }
    }

    #[test]
    fn a_bridge_is_joined_by_a_cable_and_an_interface_is_taken_itself() {
        let names = |uplink: Uplink| match uplink {
            Uplink::Cable { near, far, bridge } => vec![near, far, bridge],
            Uplink::Interface { name } => vec![name],
            Uplink::Vlan { name, device, id } => vec![name, device, id.to_string()],
        };
        let of = |segment| uplink(segment).unwrap().map(names);
        assert_eq!(of(Segment::Local), None);
        assert_eq!(of(flat("provider")).unwrap(), ["upn0e0e0e0e-11", "upp0e0e0e0e-11", "br-ex"]);
        assert_eq!(of(flat("rack")).unwrap(), ["eth1"]);
        let vlan = Segment::Vlan { physical_network: "rack".into(), id: 7 };
        assert_eq!(of(vlan).unwrap(), ["upv0e0e0e0e-11", "eth1", "7"]);
        assert!(uplink(flat("gone")).unwrap_err().to_string().contains("eth9"));
    }

    #[test]
    fn an_interface_that_the_host_needs_is_left_to_it() {
        let mut eth1 = link("eth1", None);
        assert!(may_be_taken(&[eth1.clone()], "eth1", "brq1").is_ok());
        eth1.addresses = vec![Address { local: "192.0.2.7".parse().unwrap(), prefixlen: 24 }];
        assert!(may_be_taken(&[eth1.clone()], "eth1", "brq1").unwrap_err().to_string().contains("192.0.2.7/24"));
        eth1.master = Some("br0".into());
        assert!(may_be_taken(&[eth1.clone()], "eth1", "brq1").unwrap_err().to_string().contains("br0"));
        eth1.master = Some("brq1".into());
        assert!(may_be_taken(&[eth1], "eth1", "brq1").is_ok());
    }
}
