//! Findings in English, as the API tells them.

use std::fmt::{Display, Formatter, Result};

use super::finding::{Finding, Named, Side};
use crate::model::security_group::{Direction, NewRule};

impl Display for Named {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.name)
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::NoAddress => write!(f, "There is no address that the packet could be sent from or to."),
            Self::NoIpv6 { address } => write!(f, "{address} is an IPv6 address, and these networks carry IPv4 alone."),
            Self::Itself { port } => write!(f, "{port} reaches itself without any network."),
            Self::PortReady { side: Side::From, port, address } => write!(f, "{port} sends from {address}."),
            Self::PortReady { side: Side::To, port, address } => write!(f, "{port} has {address} and is ready."),
            Self::PortDown { port, .. } => write!(f, "The port of {port} is switched off (admin state down)."),
            Self::PortUnplugged { port, .. } => write!(f, "The port {port} is not plugged into anything on any host."),
            Self::PortWithoutAddress { port, .. } => write!(f, "The port {port} has no address."),
            Self::NotRunning { instance, .. } => write!(f, "Instance {instance} is not running."),
            Self::Infrastructure { address } => write!(f, "{address} is Arcus itself, such as DHCP and DNS."),
            Self::RulesOff { port, .. } => write!(f, "Port security of {port} is off, so no rule is asked."),
            Self::Allowed { direction, peer, rule, group } => {
                write!(f, "Rule {rule} of security group {group} allows it {} {peer}.", way(*direction))
            }
            Self::NoRule { direction, peer, group, rule } => write!(
                f,
                "No rule allows {} {} {peer}. Adding one to security group {group} would.",
                traffic(rule),
                way(*direction)
            ),
            Self::NoGroup { port, .. } => write!(f, "{port} is in no security group, so nothing passes."),
            Self::NetworkDown { network } => write!(f, "Network {network} is switched off (admin state down)."),
            Self::SameNetwork { network } => write!(f, "Both are on network {network}."),
            Self::NobodyThere { address, network } => write!(f, "Nobody on network {network} has {address}."),
            Self::SomebodyElse { address, holder, wanted } => {
                write!(f, "Here {address} is {holder}, not {wanted}: their address ranges overlap.")
            }
            Self::NoGateway { subnet } => write!(f, "Subnet {subnet} has no gateway, so nothing leaves it."),
            Self::NoRouter { gateway, network } => {
                write!(f, "No router stands at the gateway {gateway} of network {network}.")
            }
            Self::GuestForwards { port, address } => write!(f, "{port} is asked to forward to {address}."),
            Self::RouterPasses { router, network } => write!(f, "Router {router} leads to network {network}."),
            Self::RouterItself { router, address } => write!(f, "{address} is router {router} itself."),
            Self::RouterDown { router } => write!(f, "Router {router} is switched off (admin state down)."),
            Self::RouterHomeless { router } => write!(f, "No host carries router {router}."),
            Self::RouterKnowsNoWay { router, address } => write!(f, "Router {router} knows no way to {address}."),
            Self::RouterShields { router, address } => {
                write!(f, "Router {router} does SNAT, so from outside {address} can be called by a floating IP alone.")
            }
            Self::Circle { address } => write!(f, "Routes lead in a circle on the way to {address}."),
            Self::FloatingIpLeads { floating_ip, fixed_ip } => {
                write!(f, "Floating IP {floating_ip} leads to {fixed_ip}.")
            }
            Self::FloatingIpLoose { floating_ip } => write!(f, "Floating IP {floating_ip} leads to no port."),
            Self::NoWayIn { address, network } => write!(
                f,
                "{address} is a private address of network {network}, unknown outside. A floating IP would lead to it."
            ),
            Self::SourceBecomes { address, floating: true, .. } => {
                write!(f, "From here on the sender is seen as its floating IP {address}.")
            }
            Self::SourceBecomes { address, router, .. } => {
                write!(f, "From here on the sender is seen as {address}, the address of router {router} (SNAT).")
            }
            Self::SourceKept { address, router } => write!(
                f,
                "Router {router} does no SNAT: answers to {address} return only if the world knows a route to it."
            ),
            Self::Outside { address, network } if network.id.is_empty() => {
                write!(f, "{address} is outside Arcus.")
            }
            Self::Outside { address, network } => {
                write!(f, "Beyond network {network} lies the world, where {address} is: Arcus cannot see that.")
            }
            Self::NoWayBack { at, address } => write!(f, "Answers from {at} do not find the way back to {address}."),
            Self::BackOutside { at, address } => {
                write!(f, "Answers from {at} to {address} leave by a gateway outside Arcus.")
            }
        }
    }
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "in from",
        Direction::Egress => "out to",
    }
}

fn traffic(rule: &NewRule) -> String {
    match (&rule.protocol, rule.port_min) {
        (None, _) => "every protocol".to_owned(),
        (Some(protocol), None) => protocol.to_uppercase(),
        (Some(protocol), Some(port)) => format!("{} {port}", protocol.to_uppercase()),
    }
}
