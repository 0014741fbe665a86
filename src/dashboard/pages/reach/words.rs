//! Findings in the page's language.

use crate::dashboard::i18n::tr;
use crate::model::reach::{Answer, Check, Finding, Named, Side, Verdict};
use crate::model::security_group::{Direction, NewRule};

/// The tone and the sentence of a whole answer.
pub fn verdict(answer: &Answer) -> (&'static str, &'static str) {
    let unknown = answer.findings.iter().any(|finding| finding.verdict() == Verdict::Unknown);
    match (answer.reachable, unknown) {
        (true, false) => ("positive", tr!(reach.yes)),
        (true, true) => ("positive", tr!(reach.yes_maybe)),
        (false, _) => ("negative", tr!(reach.no)),
    }
}

/// A station's name: "Rules in".
pub fn check(check: Check) -> &'static str {
    match check {
        Check::Source => tr!(reach.check_source),
        Check::Egress => tr!(reach.check_egress),
        Check::Network => tr!(reach.check_network),
        Check::Route => tr!(reach.check_route),
        Check::Router => tr!(reach.check_router),
        Check::FloatingIp => tr!(reach.check_floating_ip),
        Check::Translation => tr!(reach.check_translation),
        Check::World => tr!(reach.check_world),
        Check::Destination => tr!(reach.check_destination),
        Check::Ingress => tr!(reach.check_ingress),
        Check::Return => tr!(reach.check_return),
    }
}

/// What happens at a station, and what would help.
pub fn sentence(finding: &Finding) -> String {
    use Finding::*;
    match finding.clone() {
        NoAddress => tr!(reach.no_address).to_owned(),
        NoIpv6 { address } => tr!(reach.no_ipv6, address = address),
        Itself { port } => tr!(reach.itself, port = port.name),
        PortReady { side: Side::From, port, address } => tr!(reach.sends, port = port.name, address = address),
        PortReady { side: Side::To, port, address } => tr!(reach.ready, port = port.name, address = address),
        PortDown { port, .. } => tr!(reach.port_down, port = port.name),
        PortUnplugged { port, .. } => tr!(reach.port_unplugged, port = port.name),
        PortWithoutAddress { port, .. } => tr!(reach.port_without_address, port = port.name),
        NotRunning { instance, .. } => tr!(reach.not_running, instance = instance.name),
        Infrastructure { address } => tr!(reach.infrastructure, address = address),
        RulesOff { port, .. } => tr!(reach.rules_off, port = port.name),
        Allowed { direction: Direction::Ingress, peer, group, .. } => {
            tr!(reach.allowed_in, group = group.name, peer = peer)
        }
        Allowed { direction: Direction::Egress, peer, group, .. } => {
            tr!(reach.allowed_out, group = group.name, peer = peer)
        }
        NoRule { direction: Direction::Ingress, peer, group, rule } => {
            tr!(reach.no_rule_in, traffic = traffic(&rule), group = group.name, peer = peer)
        }
        NoRule { direction: Direction::Egress, peer, group, rule } => {
            tr!(reach.no_rule_out, traffic = traffic(&rule), group = group.name, peer = peer)
        }
        NoGroup { port, .. } => tr!(reach.no_group, port = port.name),
        NetworkDown { network } => tr!(reach.network_down, network = network.name),
        SameNetwork { network } => tr!(reach.same_network, network = network.name),
        NobodyThere { address, network } => tr!(reach.nobody_there, address = address, network = network.name),
        SomebodyElse { address, holder, wanted } => {
            tr!(reach.somebody_else, address = address, holder = holder.name, wanted = wanted.name)
        }
        NoGateway { subnet } => tr!(reach.no_gateway, subnet = subnet.name),
        NoRouter { gateway, network } => tr!(reach.no_router, gateway = gateway, network = network.name),
        GuestForwards { port, address } => tr!(reach.guest_forwards, port = port.name, address = address),
        RouterPasses { router, network } => tr!(reach.router_passes, router = router.name, network = network.name),
        RouterItself { router, address } => tr!(reach.router_itself, router = router.name, address = address),
        RouterDown { router } => tr!(reach.router_down, router = router.name),
        RouterHomeless { router } => tr!(reach.router_homeless, router = router.name),
        RouterKnowsNoWay { router, address } => {
            tr!(reach.router_knows_no_way, router = router.name, address = address)
        }
        RouterShields { router, address } => tr!(reach.router_shields, router = router.name, address = address),
        Circle { address } => tr!(reach.circle, address = address),
        FloatingIpLeads { floating_ip, fixed_ip } => {
            tr!(reach.floating_ip_leads, floating = floating_ip.name, fixed = fixed_ip)
        }
        FloatingIpLoose { floating_ip } => tr!(reach.floating_ip_loose, floating = floating_ip.name),
        NoWayIn { address, network } => tr!(reach.no_way_in, address = address, network = network.name),
        SourceBecomes { address, floating: true, .. } => tr!(reach.seen_as_floating, address = address),
        SourceBecomes { address, router, .. } => tr!(reach.seen_as_router, address = address, router = router.name),
        SourceKept { address, router } => tr!(reach.source_kept, address = address, router = router.name),
        Outside { address, network } if network.id.is_empty() => tr!(reach.outside, address = address),
        Outside { address, network } => tr!(reach.outside_beyond, address = address, network = network.name),
        NoWayBack { at, address } => tr!(reach.no_way_back, at = at.name, address = address),
        BackOutside { at, address } => tr!(reach.back_outside, at = at.name, address = address),
    }
}

/// The page of what a finding is about: its address and its name.
pub fn evidence(finding: &Finding) -> Option<(String, String)> {
    use Finding::*;
    let page = |list: &str, thing: &Named| Some((format!("/{list}/{}", thing.id), thing.name.clone()));
    match finding {
        Allowed { group, .. } | NoRule { group, .. } => page("security-groups", group),
        NetworkDown { network } | SameNetwork { network } | NobodyThere { network, .. } | NoRouter { network, .. } => {
            page("networks", network)
        }
        RouterPasses { router, .. }
        | RouterItself { router, .. }
        | RouterDown { router }
        | RouterHomeless { router }
        | RouterKnowsNoWay { router, .. }
        | RouterShields { router, .. }
        | SourceKept { router, .. } => page("routers", router),
        FloatingIpLeads { floating_ip, .. } | FloatingIpLoose { floating_ip } => page("floating-ips", floating_ip),
        NoWayIn { .. } => Some(("/floating-ips".to_owned(), tr!(reach.get_floating_ip).to_owned())),
        NotRunning { instance, .. } => page("instances", instance),
        PortDown { port, .. } | PortUnplugged { port, .. } | RulesOff { port, .. } | NoGroup { port, .. } => {
            page("networks/ports", port)
        }
        _ => None,
    }
}

/// What the button says that adds a rule.
pub fn add(rule: &NewRule) -> String {
    let traffic = traffic(rule);
    match (rule.direction, rule.remote_ip_prefix.clone()) {
        (Direction::Ingress, Some(peer)) => tr!(reach.add_from, traffic = traffic, peer = short(peer)),
        (Direction::Ingress, None) => tr!(reach.add_from_anywhere, traffic = traffic),
        (Direction::Egress, Some(peer)) => tr!(reach.add_to, traffic = traffic, peer = short(peer)),
        (Direction::Egress, None) => tr!(reach.add_to_anywhere, traffic = traffic),
    }
}

/// A range of one address as that address.
fn short(prefix: String) -> String {
    let single = prefix.strip_suffix("/32").or_else(|| prefix.strip_suffix("/128"));
    single.map(str::to_owned).unwrap_or(prefix)
}

/// What a rule lets through: "SSH (TCP 22)", "ping".
fn traffic(rule: &NewRule) -> String {
    match (rule.protocol.as_deref(), rule.port_min) {
        (None, _) => tr!(reach.anything).to_owned(),
        (Some("icmp"), Some(8)) => tr!(reach.ping).to_owned(),
        (Some("tcp"), Some(22)) => "SSH (TCP 22)".to_owned(),
        (Some(protocol), None) => protocol.to_uppercase(),
        (Some(protocol), Some(port)) => format!("{} {port}", protocol.to_uppercase()),
    }
}
