//! What the walk finds at each station.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use crate::model::security_group::{Direction, NewRule};
use crate::model::state::words;
use crate::model::{SecurityGroupId, SecurityGroupRuleId};

words! {
    /// A station of the way.
    Check {
        Source = "source", Egress = "egress", Network = "network", Route = "route", Router = "router",
        FloatingIp = "floating_ip", Translation = "translation", World = "world", Destination = "destination",
        Ingress = "ingress", Return = "return",
    }
}

words! {
    /// What a station does with the packet.
    Verdict {
        Passes = "passes",
        Stops = "stops",
        /// Arcus cannot know: it lies outside.
        Unknown = "not known",
    }
}

words! {
    /// The end of the way that a port stands at.
    Side { From = "from", To = "to" }
}

/// A thing by its id, and by the name that people know it by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// One station with what it does, as a closed list: the dashboard puts each into words in its own language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// Neither end has an address that could be asked about.
    NoAddress,
    /// There is no IPv6 on these networks.
    NoIpv6 {
        address: IpAddr,
    },
    /// Sender and receiver are the same port.
    Itself {
        port: Named,
    },

    PortReady {
        side: Side,
        port: Named,
        address: Ipv4Addr,
    },
    PortDown {
        side: Side,
        port: Named,
    },
    /// Bound to no host.
    PortUnplugged {
        side: Side,
        port: Named,
    },
    PortWithoutAddress {
        side: Side,
        port: Named,
    },
    NotRunning {
        side: Side,
        instance: Named,
    },
    /// A port of Arcus itself: DHCP and DNS, a router's leg.
    Infrastructure {
        address: Ipv4Addr,
    },

    /// Port security is off: no rule is asked.
    RulesOff {
        direction: Direction,
        port: Named,
    },
    Allowed {
        direction: Direction,
        peer: IpAddr,
        rule: SecurityGroupRuleId,
        group: Named,
    },
    /// No rule allows it; `rule` added to `group` would.
    NoRule {
        direction: Direction,
        peer: IpAddr,
        group: Named,
        rule: Box<NewRule>,
    },
    /// The port is in no group, so nothing passes at all.
    NoGroup {
        direction: Direction,
        port: Named,
    },

    NetworkDown {
        network: Named,
    },
    SameNetwork {
        network: Named,
    },
    /// On a network of Arcus' own nobody has the address.
    NobodyThere {
        address: Ipv4Addr,
        network: Named,
    },
    /// The address belongs to another port on this side: ranges overlap.
    SomebodyElse {
        address: Ipv4Addr,
        holder: Named,
        wanted: Named,
    },

    /// The subnet has no gateway, and the destination is not in it.
    NoGateway {
        subnet: Named,
    },
    /// Nothing stands at the subnet's gateway address.
    NoRouter {
        gateway: Ipv4Addr,
        network: Named,
    },
    /// The next hop is a guest, which may forward or not.
    GuestForwards {
        port: Named,
        address: Ipv4Addr,
    },
    RouterPasses {
        router: Named,
        network: Named,
    },
    RouterItself {
        router: Named,
        address: Ipv4Addr,
    },
    RouterDown {
        router: Named,
    },
    /// No host carries it.
    RouterHomeless {
        router: Named,
    },
    RouterKnowsNoWay {
        router: Named,
        address: Ipv4Addr,
    },
    /// It does SNAT, so that private addresses are called by floating IPs alone.
    RouterShields {
        router: Named,
        address: Ipv4Addr,
    },
    /// Routers send the packet round in a circle.
    Circle {
        address: Ipv4Addr,
    },

    FloatingIpLeads {
        floating_ip: Named,
        fixed_ip: Ipv4Addr,
    },
    FloatingIpLoose {
        floating_ip: Named,
    },
    /// A private address, which nobody outside can send to.
    NoWayIn {
        address: Ipv4Addr,
        network: Named,
    },

    /// The far side sees the router's or the floating IP's address.
    SourceBecomes {
        address: Ipv4Addr,
        router: Named,
        floating: bool,
    },
    /// Without SNAT the private address goes out as it is; whether answers find back is decided outside.
    SourceKept {
        address: Ipv4Addr,
        router: Named,
    },
    /// Beyond Arcus: the network's own gateway, the physical network, the world.
    Outside {
        address: IpAddr,
        network: Named,
    },

    /// Answers go another way, or none.
    NoWayBack {
        at: Named,
        address: Ipv4Addr,
    },
    /// Answers go to a gateway outside Arcus.
    BackOutside {
        at: Named,
        address: Ipv4Addr,
    },
}

impl Finding {
    /// The station.
    pub fn check(&self) -> Check {
        let end = |side: &Side| if *side == Side::From { Check::Source } else { Check::Destination };
        let rules = |direction: &Direction| match direction {
            Direction::Egress => Check::Egress,
            Direction::Ingress => Check::Ingress,
        };
        match self {
            Self::NoAddress | Self::Itself { .. } => Check::Source,
            Self::PortReady { side, .. }
            | Self::PortDown { side, .. }
            | Self::PortUnplugged { side, .. }
            | Self::PortWithoutAddress { side, .. }
            | Self::NotRunning { side, .. } => end(side),
            Self::Infrastructure { .. } | Self::SomebodyElse { .. } => Check::Destination,
            Self::RulesOff { direction, .. }
            | Self::Allowed { direction, .. }
            | Self::NoRule { direction, .. }
            | Self::NoGroup { direction, .. } => rules(direction),
            Self::NetworkDown { .. } | Self::SameNetwork { .. } | Self::NobodyThere { .. } => Check::Network,
            Self::NoIpv6 { .. }
            | Self::NoGateway { .. }
            | Self::NoRouter { .. }
            | Self::GuestForwards { .. }
            | Self::NoWayIn { .. }
            | Self::Circle { .. } => Check::Route,
            Self::RouterPasses { .. }
            | Self::RouterItself { .. }
            | Self::RouterDown { .. }
            | Self::RouterHomeless { .. }
            | Self::RouterShields { .. }
            | Self::RouterKnowsNoWay { .. } => Check::Router,
            Self::FloatingIpLeads { .. } | Self::FloatingIpLoose { .. } => Check::FloatingIp,
            Self::SourceBecomes { .. } | Self::SourceKept { .. } => Check::Translation,
            Self::Outside { .. } => Check::World,
            Self::NoWayBack { .. } | Self::BackOutside { .. } => Check::Return,
        }
    }

    /// What becomes of the packet there.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Itself { .. }
            | Self::PortReady { .. }
            | Self::Infrastructure { .. }
            | Self::RulesOff { .. }
            | Self::Allowed { .. }
            | Self::SameNetwork { .. }
            | Self::RouterPasses { .. }
            | Self::RouterItself { .. }
            | Self::FloatingIpLeads { .. }
            | Self::SourceBecomes { .. } => Verdict::Passes,
            Self::GuestForwards { .. } | Self::SourceKept { .. } | Self::Outside { .. } | Self::BackOutside { .. } => {
                Verdict::Unknown
            }
            Self::NoAddress
            | Self::NoIpv6 { .. }
            | Self::PortDown { .. }
            | Self::PortUnplugged { .. }
            | Self::PortWithoutAddress { .. }
            | Self::NotRunning { .. }
            | Self::NoRule { .. }
            | Self::NoGroup { .. }
            | Self::NetworkDown { .. }
            | Self::NobodyThere { .. }
            | Self::SomebodyElse { .. }
            | Self::NoGateway { .. }
            | Self::NoRouter { .. }
            | Self::RouterDown { .. }
            | Self::RouterHomeless { .. }
            | Self::RouterKnowsNoWay { .. }
            | Self::RouterShields { .. }
            | Self::Circle { .. }
            | Self::FloatingIpLoose { .. }
            | Self::NoWayIn { .. }
            | Self::NoWayBack { .. } => Verdict::Stops,
        }
    }

    /// The rule that would let the packet through here.
    pub fn missing_rule(&self) -> Option<&NewRule> {
        match self {
            Self::NoRule { rule, .. } => Some(rule),
            _ => None,
        }
    }

    /// The rule that allows, with its group; the group alone where a rule is missing.
    pub fn rule(&self) -> (Option<&SecurityGroupRuleId>, Option<SecurityGroupId>) {
        match self {
            Self::Allowed { rule, group, .. } => (Some(rule), Some(group.id.as_str().into())),
            Self::NoRule { group, .. } => (None, Some(group.id.as_str().into())),
            _ => (None, None),
        }
    }
}
