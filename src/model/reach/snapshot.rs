//! The records that a question is answered from, as they were at one moment.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use super::finding::Named;
use super::v4;
use crate::model::network::{Network, Port, Subnet};
use crate::model::router::{FloatingIp, Router};
use crate::model::security_group::SecurityGroup;
use crate::model::state::Status;
use crate::model::{InstanceId, NetworkId, PortId, ProjectId, SecurityGroupId};

/// What of an instance matters to its ports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guest {
    pub id: InstanceId,
    pub name: String,
    pub status: Status,
}

impl Guest {
    /// Whether somebody is there to send and to answer, now or in a moment.
    pub fn runs(&self) -> bool {
        matches!(self.status, Status::Active | Status::Reboot | Status::HardReboot)
    }
}

/// All that the person who asks may see.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub ports: Vec<Port>,
    pub networks: Vec<Network>,
    pub groups: Vec<SecurityGroup>,
    pub routers: Vec<Router>,
    pub floating_ips: Vec<FloatingIp>,
    pub guests: Vec<Guest>,
    /// The project that sees only its own things; none sees everything.
    pub seen_by: Option<ProjectId>,
}

/// Who holds an address on a network.
pub(super) enum Holder<'a> {
    Router(&'a Router),
    /// A floating IP that leads nowhere.
    Loose(&'a FloatingIp),
    Port(&'a Port),
    /// Nobody that Arcus knows of, where others may be as well.
    World,
    Nobody,
}

impl Snapshot {
    pub(super) fn port(&self, id: &PortId) -> Option<&Port> {
        self.ports.iter().find(|port| &port.id == id)
    }

    pub(super) fn ports_of(&self, instance: &InstanceId) -> impl Iterator<Item = &Port> {
        self.ports.iter().filter(move |port| port.device_id == instance.as_str() && !is_infrastructure(port))
    }

    pub(super) fn network(&self, id: &NetworkId) -> Option<&Network> {
        self.networks.iter().find(|network| &network.id == id)
    }

    pub(super) fn group(&self, id: &SecurityGroupId) -> Option<&SecurityGroup> {
        self.groups.iter().find(|group| &group.id == id)
    }

    pub(super) fn subnet(&self, port: &Port, fixed: usize) -> Option<&Subnet> {
        let id = &port.fixed_ips.get(fixed)?.subnet_id;
        self.network(&port.network_id)?.subnets.iter().find(|subnet| &subnet.id == id)
    }

    pub(super) fn guest(&self, port: &Port) -> Option<&Guest> {
        self.guests.iter().find(|guest| guest.id.as_str() == port.device_id)
    }

    pub(super) fn floating(&self, address: Ipv4Addr) -> Option<&FloatingIp> {
        self.floating_ips.iter().find(|floating| floating.address == address)
    }

    /// The port that stands behind an address: the one that a floating IP leads to, or the only one that has it.
    pub(super) fn behind(&self, address: IpAddr) -> Option<&Port> {
        let address = v4(address)?;
        if let Some(target) = self.floating(address).and_then(|floating| floating.target.as_ref()) {
            return self.port(&target.port_id);
        }
        let has = |port: &&Port| !is_infrastructure(port) && port.fixed_ips.iter().any(|fixed| fixed.ip == address);
        let mut having = self.ports.iter().filter(has);
        having.next().filter(|_| having.next().is_none())
    }

    /// Whether others than those whom Arcus knows (or the asking person may know) can be on the network.
    pub(super) fn opens(&self, network: &Network) -> bool {
        let foreign = self.seen_by.as_ref().is_some_and(|project| project != &network.project_id);
        network.external || network.physical_network.is_some() || foreign
    }

    pub(super) fn holder(&self, network: &Network, address: Ipv4Addr) -> Holder<'_> {
        if let Some(router) = self.routers.iter().find(|router| stands_at(router, network, address)) {
            return Holder::Router(router);
        }
        if let Some(floating) = self.floating(address).filter(|floating| floating.network_id == network.id) {
            let Some(target) = &floating.target else { return Holder::Loose(floating) };
            let router = self.routers.iter().find(|router| router.id == target.router_id);
            return router.map_or(Holder::World, Holder::Router);
        }
        let here = || self.ports.iter().filter(|port| port.network_id == network.id);
        let own = |port: &&Port| port.fixed_ips.iter().any(|fixed| fixed.ip == address);
        let paired = |port: &&Port| {
            port.allowed_address_pairs.iter().any(|pair| pair.ip.prefix_len() == 32 && pair.ip.addr() == address)
        };
        match here().find(own).or_else(|| here().find(paired)) {
            Some(port) => Holder::Port(port),
            None if self.opens(network) => Holder::World,
            None => Holder::Nobody,
        }
    }

    /// A port by the name that people know it by: its instance's, its own, its address.
    pub(super) fn named(&self, port: &Port) -> Named {
        let address = || port.fixed_ips.first().map(|fixed| fixed.ip.to_string());
        let own = || Some(port.name.clone()).filter(|name| !name.is_empty());
        let guest = self.guest(port).map(|guest| guest.name.clone());
        let name = guest.or_else(own).or_else(address).unwrap_or_else(|| port.id.to_string());
        Named { id: port.id.to_string(), name }
    }
}

fn stands_at(router: &Router, network: &Network, address: Ipv4Addr) -> bool {
    let inside = router.interfaces.iter().any(|leg| leg.network_id == network.id && leg.ip == address);
    let outside = router.gateway.as_ref().filter(|gateway| gateway.network_id == network.id);
    inside || outside.is_some_and(|gateway| gateway.fixed_ips.iter().any(|fixed| fixed.ip == address))
}

/// Ports of Arcus itself: DHCP, router legs, floating IPs.
pub(super) fn is_infrastructure(port: &Port) -> bool {
    port.device_owner.starts_with("network:")
}
