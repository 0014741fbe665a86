use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;

use super::*;
use crate::model::network::{AddressPair, FixedIp, HostRoute, Network, Port, Standard, Subnet};
use crate::model::router::{ExternalGateway, FloatingIp, FloatingTarget, Router, RouterInterface};
use crate::model::security_group::{Direction, Ethertype, NewRule, SecurityGroup, SecurityGroupRule};

/// Two projects with the same range behind a router each, one with a second network, and a network that leads outside.
///
/// ```text
/// outside 192.168.56.0/24 (gateway .1 is not ours) ── e1 .5
///   r1 .50 ── lan 10.0.0.0/24 ── a1 .11, a2 .12       floating .60 -> a1
///        └─── back 10.0.1.0/24 ── b1 .11
///   r2 .51 ── lan2 10.0.0.0/24 ── c1 .11               floating .70, loose
/// island 10.9.0.0/24, no router ── i1 .11
/// ```
fn world() -> Snapshot {
    let network = |id: &str, cidr: &str, gateway: Option<&str>| {
        let subnet = Subnet {
            id: format!("{id}-subnet").into(),
            network_id: id.into(),
            project_id: "p".into(),
            name: String::new(),
            cidr: cidr.parse().unwrap(),
            gateway_ip: gateway.map(ip),
            enable_dhcp: true,
            allocation_pools: Vec::new(),
            dns_nameservers: Vec::new(),
            host_routes: Vec::new(),
            used: 0,
            description: String::new(),
            standard: Standard::default(),
            created_at: Default::default(),
            updated_at: Default::default(),
        };
        Network {
            id: id.into(),
            project_id: "p".into(),
            name: id.to_owned(),
            description: String::new(),
            admin_state_up: true,
            shared: false,
            external: id == "outside",
            mtu: 1500,
            provider_type: if id == "outside" { "flat" } else { "local" }.into(),
            physical_network: (id == "outside").then(|| "provider".into()),
            segmentation_id: None,
            port_security: true,
            subnets: vec![subnet],
            shared_with: Vec::new(),
            standard: Standard::default(),
            created_at: Default::default(),
            updated_at: Default::default(),
        }
    };
    let router = |id: &str, outer: &str, inner: &[&str]| Router {
        id: id.into(),
        project_id: "p".into(),
        name: id.to_owned(),
        description: String::new(),
        admin_state_up: true,
        gateway: Some(ExternalGateway {
            network_id: "outside".into(),
            port_id: format!("{id}-gateway").into(),
            enable_snat: true,
            fixed_ips: vec![FixedIp { subnet_id: "outside-subnet".into(), ip: ip(outer) }],
        }),
        interfaces: inner
            .iter()
            .map(|network| RouterInterface {
                port_id: format!("{id}-{network}").into(),
                network_id: (*network).into(),
                subnet_id: format!("{network}-subnet").into(),
                ip: ip(if *network == "back" { "10.0.1.1" } else { "10.0.0.1" }),
            })
            .collect(),
        routes: Vec::new(),
        host: "h1".into(),
        standard: Standard::default(),
        created_at: Default::default(),
        updated_at: Default::default(),
    };
    let floating = |address: &str, target: Option<(&str, &str, &str)>| FloatingIp {
        id: format!("floating-{address}").into(),
        project_id: "p".into(),
        network_id: "outside".into(),
        address: ip(address),
        target: target.map(|(port, fixed, router)| FloatingTarget {
            port_id: port.into(),
            fixed_ip: ip(fixed),
            router_id: router.into(),
            device_id: port.into(),
        }),
        description: String::new(),
        standard: Standard::default(),
        created_at: Default::default(),
        updated_at: Default::default(),
    };
    Snapshot {
        ports: vec![
            port("e1", "outside", "192.168.56.5"),
            port("a1", "lan", "10.0.0.11"),
            port("a2", "lan", "10.0.0.12"),
            port("b1", "back", "10.0.1.11"),
            port("c1", "lan2", "10.0.0.11"),
            port("i1", "island", "10.9.0.11"),
        ],
        networks: vec![
            network("outside", "192.168.56.0/24", Some("192.168.56.1")),
            network("lan", "10.0.0.0/24", Some("10.0.0.1")),
            network("back", "10.0.1.0/24", Some("10.0.1.1")),
            network("lan2", "10.0.0.0/24", Some("10.0.0.1")),
            network("island", "10.9.0.0/24", Some("10.9.0.1")),
        ],
        groups: vec![group(
            "g",
            vec![rule("out", Direction::Egress, None, None), rule("ssh", Direction::Ingress, Some("tcp"), Some(22))],
        )],
        routers: vec![router("r1", "192.168.56.50", &["lan", "back"]), router("r2", "192.168.56.51", &["lan2"])],
        floating_ips: vec![floating("192.168.56.60", Some(("a1", "10.0.0.11", "r1"))), floating("192.168.56.70", None)],
        guests: Vec::new(),
        seen_by: None,
    }
}

fn ip(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn port(id: &str, network: &str, address: &str) -> Port {
    Port {
        id: id.into(),
        network_id: network.into(),
        project_id: "p".into(),
        name: id.to_owned(),
        description: String::new(),
        mac: "fa:16:3e:00:00:01".into(),
        fixed_ips: vec![FixedIp { subnet_id: format!("{network}-subnet").into(), ip: ip(address) }],
        device_id: id.to_owned(),
        device_owner: "compute:nova".into(),
        host: "h1".into(),
        status: "ACTIVE".into(),
        admin_state_up: true,
        port_security: true,
        allowed_address_pairs: Vec::new(),
        security_groups: vec!["g".into()],
        standard: Standard::default(),
        created_at: Default::default(),
        updated_at: Default::default(),
    }
}

fn group(id: &str, rules: Vec<SecurityGroupRule>) -> SecurityGroup {
    SecurityGroup {
        id: id.into(),
        project_id: "p".into(),
        name: id.to_owned(),
        description: String::new(),
        rules: rules.into_iter().map(|rule| SecurityGroupRule { security_group_id: id.into(), ..rule }).collect(),
        standard: Standard::default(),
        created_at: Default::default(),
        updated_at: Default::default(),
    }
}

fn rule(id: &str, direction: Direction, protocol: Option<&str>, port: Option<i64>) -> SecurityGroupRule {
    SecurityGroupRule {
        id: id.into(),
        security_group_id: "g".into(),
        direction,
        ethertype: Ethertype::IPv4,
        protocol: protocol.map(str::to_owned),
        port_min: port,
        port_max: port,
        remote_ip_prefix: None,
        remote_group_id: None,
        description: String::new(),
        created_at: Default::default(),
    }
}

/// The world with one thing in it changed.
fn with(change: impl FnOnce(&mut Snapshot)) -> Snapshot {
    let mut world = world();
    change(&mut world);
    world
}

/// The rule that lets SSH in, with something changed.
fn with_ssh(change: impl FnOnce(&mut SecurityGroupRule)) -> Snapshot {
    with(|world| change(&mut world.groups[0].rules[1]))
}

fn place(text: &str) -> Place {
    text.parse::<IpAddr>().map(Place::Address).unwrap_or_else(|_| Place::Port(text.into()))
}

fn walk(world: &Snapshot, from: &str, to: &str, traffic: Traffic) -> Answer {
    ask(world, &Question { from: place(from), to: place(to), traffic })
}

/// The last station and its verdict; for what passes everywhere, the whole way.
fn told(answer: &Answer) -> String {
    let words: Vec<&str> = match answer.stops().next() {
        Some(stop) => return format!("stops at {}", stop.check()),
        None => answer.findings.iter().map(|finding| finding.check().as_str()).collect(),
    };
    words.join(" ")
}

#[test]
fn packets_go_as_the_records_say() {
    let near = "source egress network destination ingress";
    let routed = "source egress router destination ingress";
    let floating = "world floating_ip router destination ingress";
    let hairpin = "source egress floating_ip router translation destination ingress";
    let cases: Vec<(&str, Snapshot, &str, &str, &str)> = vec![
        ("neighbours", world(), "a1", "a2", near),
        ("by address", world(), "a1", "10.0.0.12", near),
        ("two networks of one router", world(), "a1", "b1", routed),
        ("a floating IP from the world", world(), "203.0.113.9", "192.168.56.60", floating),
        ("a port from the world, by its floating IP", world(), "203.0.113.9", "a1", floating),
        ("the same from its own network", world(), "192.168.56.1", "a1", floating),
        (
            "a floating IP from a guest beside the router",
            world(),
            "e1",
            "192.168.56.60",
            "source egress floating_ip router destination ingress",
        ),
        ("a floating IP from the same network", world(), "a2", "192.168.56.60", hairpin),
        (
            "a floating IP of another router",
            world(),
            "c1",
            "a1",
            "source egress router translation floating_ip router destination ingress",
        ),
        ("into a network that leads outside", world(), "203.0.113.9", "e1", "world destination ingress"),
        ("out by SNAT", world(), "b1", "203.0.113.9", "source egress router translation world"),
        ("out by a floating IP", world(), "a1", "203.0.113.9", "source egress router translation world"),
        ("out without a router", world(), "e1", "203.0.113.9", "source egress world"),
        (
            "out to a guest beside the router",
            world(),
            "b1",
            "e1",
            "source egress router translation destination ingress",
        ),
        (
            "out without SNAT",
            with(|w| w.routers[0].gateway.as_mut().unwrap().enable_snat = false),
            "b1",
            "203.0.113.9",
            "source egress router world translation",
        ),
        (
            "in without SNAT",
            with(|w| w.routers[0].gateway.as_mut().unwrap().enable_snat = false),
            "203.0.113.9",
            "b1",
            "world router destination ingress",
        ),
        ("the router itself", world(), "a1", "10.0.0.1", "source egress router"),
        ("itself", world(), "a1", "a1", "source"),
        ("overlapping ranges", world(), "a2", "c1", "stops at destination"),
        ("a private address from the world", world(), "203.0.113.9", "b1", "stops at route"),
        (
            "a private address with a floating IP that no rule lets in",
            with(|w| w.groups[0].rules.truncate(1)),
            "c1",
            "a1",
            "stops at ingress",
        ),
        ("another router's private address", world(), "c1", "b1", "stops at route"),
        (
            "a private address called past SNAT",
            with(|w| {
                let route = HostRoute { destination: "10.0.1.0/24".parse().unwrap(), nexthop: ip("192.168.56.50") };
                w.networks[0].subnets[0].host_routes = vec![route];
            }),
            "e1",
            "b1",
            "stops at router",
        ),
        ("a loose floating IP", world(), "203.0.113.9", "192.168.56.70", "stops at floating_ip"),
        ("a guest where no router is", world(), "i1", "a1", "stops at route"),
        ("an address that nobody has", world(), "a1", "10.0.0.99", "stops at network"),
        ("a world of IPv6", world(), "2001:db8::1", "e1", "stops at route"),
        ("a router without a gateway", with(|w| w.routers[0].gateway = None), "a1", "203.0.113.9", "stops at router"),
        ("a router that is off", with(|w| w.routers[0].admin_state_up = false), "a1", "b1", "stops at router"),
        ("a router on no host", with(|w| w.routers[0].host.clear()), "a1", "b1", "stops at router"),
        ("a network that is off", with(|w| w.networks[1].admin_state_up = false), "a1", "a2", "stops at network"),
        (
            "a subnet without gateway",
            with(|w| w.networks[1].subnets[0].gateway_ip = None),
            "a1",
            "b1",
            "stops at route",
        ),
        (
            "answers that find no way",
            with(|w| w.networks[2].subnets[0].gateway_ip = None),
            "a1",
            "b1",
            "stops at return",
        ),
        ("a sender that is off", with(|w| w.ports[1].admin_state_up = false), "a1", "a2", "stops at source"),
        ("a receiver that is off", with(|w| w.ports[2].admin_state_up = false), "a1", "a2", "stops at destination"),
        ("a port without host", with(|w| w.ports[2].host.clear()), "a1", "a2", "stops at destination"),
        (
            "a guest that is shut off",
            with(|w| {
                w.guests.push(Guest {
                    id: "a2".into(),
                    name: "a2".into(),
                    status: crate::model::state::Status::Shutoff,
                })
            }),
            "a1",
            "a2",
            "stops at destination",
        ),
        ("no rule out", with(|w| drop(w.groups[0].rules.remove(0))), "a1", "a2", "stops at egress"),
        ("no rule in", with(|w| drop(w.groups[0].rules.remove(1))), "a1", "a2", "stops at ingress"),
        ("no group", with(|w| w.ports[2].security_groups.clear()), "a1", "a2", "stops at ingress"),
        ("a group without rules", with(|w| w.groups[0].rules.clear()), "a1", "a2", "stops at egress"),
        (
            "port security off at the receiver",
            with(|w| {
                w.ports[2].port_security = false;
                w.groups[0].rules.remove(1);
            }),
            "a1",
            "a2",
            near,
        ),
        (
            "port security off at the sender",
            with(|w| {
                w.ports[1].port_security = false;
                w.groups[0].rules.remove(0);
            }),
            "a1",
            "a2",
            near,
        ),
    ];
    for (name, world, from, to, expected) in cases {
        let answer = walk(&world, from, to, Traffic::tcp(22));
        assert_eq!(told(&answer), expected, "{name}: {:#?}", answer.findings);
    }
}

#[test]
fn rules_see_the_address_that_arrives() {
    let only = |prefix: &'static str| with_ssh(|rule| rule.remote_ip_prefix = Some(prefix.into()));
    let members = || with_ssh(|rule| rule.remote_group_id = Some("g".into()));
    let cases: Vec<(&str, Snapshot, &str, &str, bool)> = vec![
        ("a neighbour's own", only("10.0.0.11/32"), "a1", "a2", true),
        ("its range", only("10.0.0.0/24"), "a1", "a2", true),
        ("another range", only("10.0.1.0/24"), "a1", "a2", false),
        ("through a router it stays", only("10.0.0.11/32"), "a1", "b1", true),
        ("SNAT makes it the router's", only("192.168.56.50/32"), "b1", "e1", true),
        ("and no longer its own", only("10.0.1.0/24"), "b1", "e1", false),
        ("a floating IP is its sender's", only("192.168.56.60/32"), "a1", "e1", true),
        ("the world's stays", only("203.0.113.0/24"), "203.0.113.9", "a1", true),
        ("back in by a floating IP it is the router's", only("192.168.56.50/32"), "a2", "192.168.56.60", true),
        ("a member of the group", members(), "a1", "b1", true),
        ("the world is no member", members(), "203.0.113.9", "a1", false),
        ("nor a member behind SNAT", members(), "b1", "e1", false),
        (
            "a pair's address is a member's",
            with(|w| {
                w.groups[0].rules[1].remote_group_id = Some("g".into());
                w.ports[5].allowed_address_pairs =
                    vec![AddressPair { ip: "203.0.113.0/24".parse().unwrap(), mac: None }];
            }),
            "203.0.113.9",
            "a1",
            true,
        ),
        (
            "of a group that it is not in",
            with_ssh(|rule| rule.remote_group_id = Some("other".into())),
            "a1",
            "a2",
            false,
        ),
        (
            "egress asks for the floating IP",
            with(|w| w.groups[0].rules[0].remote_ip_prefix = Some("192.168.56.60/32".into())),
            "a2",
            "192.168.56.60",
            true,
        ),
        (
            "and not for what is behind it",
            with(|w| w.groups[0].rules[0].remote_ip_prefix = Some("10.0.0.0/24".into())),
            "a2",
            "192.168.56.60",
            false,
        ),
    ];
    for (name, world, from, to, expected) in cases {
        let answer = walk(&world, from, to, Traffic::tcp(22));
        assert_eq!(answer.reachable, expected, "{name}: {:#?}", answer.findings);
    }
}

#[test]
fn a_rule_covers_its_protocol_and_ports_and_no_other() {
    let of = |protocol: Option<&str>, min: Option<i64>, max: Option<i64>| SecurityGroupRule {
        port_max: max,
        ..rule("r", Direction::Ingress, protocol, min)
    };
    let asked = |protocol: &str, port: Option<u16>| Traffic {
        protocol: (protocol != "any").then(|| protocol.to_owned()),
        port,
    };
    let cases = [
        (of(None, None, None), asked("any", None), true),
        (of(None, None, None), asked("gre", None), true),
        (of(Some("tcp"), None, None), asked("tcp", Some(9)), true),
        (of(Some("6"), Some(22), Some(22)), asked("tcp", Some(22)), true),
        (of(Some("tcp"), Some(22), Some(22)), asked("udp", Some(22)), false),
        (of(Some("tcp"), Some(20), Some(30)), asked("tcp", Some(30)), true),
        (of(Some("tcp"), Some(20), Some(30)), asked("tcp", Some(31)), false),
        (of(Some("tcp"), Some(20), Some(30)), asked("tcp", None), false),
        (of(Some("tcp"), Some(1), Some(65_535)), asked("tcp", None), true),
        (of(Some("tcp"), None, None), asked("any", None), false),
        (of(Some("icmp"), None, None), asked("icmp", Some(8)), true),
        (of(Some("icmp"), Some(8), Some(0)), asked("icmp", Some(8)), true),
        (of(Some("icmp"), Some(8), None), asked("1", Some(8)), true),
        (of(Some("icmp"), Some(8), Some(1)), asked("icmp", Some(8)), false),
        (of(Some("icmp"), Some(3), None), asked("icmp", Some(8)), false),
        (of(Some("icmp"), Some(8), Some(0)), asked("icmp", None), false),
        (of(Some("icmp"), None, None), asked("icmpv6", None), false),
    ];
    for (rule, traffic, expected) in cases {
        assert_eq!(traffic.covered_by(&rule), expected, "{traffic:?} by {rule:?}");
    }
}

#[test]
fn the_host_is_seen_as_the_gateway_that_leads_in() {
    let gateway: Option<IpAddr> = Some(ip("192.168.56.1").into());
    for (to, expected) in [("a1", gateway), ("e1", gateway), ("192.168.56.60", gateway), ("b1", None)] {
        assert_eq!(doorstep(&world(), &place(to)), expected, "{to}");
    }
}

#[test]
fn who_may_not_see_everything_is_not_told_that_nobody_is_there() {
    let stranger = with(|world| world.seen_by = Some("q".into()));
    assert_eq!(told(&walk(&stranger, "a1", "10.0.0.99", Traffic::ping())), "source egress world");
}

#[test]
fn static_routes_lead_from_router_to_router_and_the_way_back_needs_one_too() {
    let route = |to: &str, hop: &str| HostRoute { destination: to.parse().unwrap(), nexthop: ip(hop) };
    let there = |world: &mut Snapshot| {
        world.networks[3].subnets[0].cidr = "10.2.0.0/24".parse().unwrap();
        world.networks[3].subnets[0].gateway_ip = Some(ip("10.2.0.1"));
        world.routers[1].interfaces[0].ip = ip("10.2.0.1");
        world.ports[4].fixed_ips[0].ip = ip("10.2.0.11");
        // Both stand in `back` as well, and neither does SNAT.
        let leg = RouterInterface { ip: ip("10.0.1.2"), ..world.routers[0].interfaces[1].clone() };
        world.routers[1].interfaces.push(leg);
        world.routers[0].routes = vec![route("10.2.0.0/24", "10.0.1.2")];
    };
    let one_way = with(there);
    assert_eq!(told(&walk(&one_way, "a1", "c1", Traffic::tcp(22))), "stops at return");
    let both_ways = with(|world| {
        there(world);
        world.routers[1].routes = vec![route("10.0.0.0/24", "10.0.1.1")];
    });
    assert_eq!(
        told(&walk(&both_ways, "a1", "c1", Traffic::tcp(22))),
        "source egress router router destination ingress"
    );
}

#[test]
fn a_circle_of_routes_ends() {
    let route = |to: &str, hop: &str| HostRoute { destination: to.parse().unwrap(), nexthop: ip(hop) };
    let world = with(|world| {
        world.routers[0].routes = vec![route("172.16.0.0/16", "192.168.56.51")];
        world.routers[1].routes = vec![route("172.16.0.0/16", "192.168.56.50")];
    });
    assert_eq!(told(&walk(&world, "a1", "172.16.0.1", Traffic::tcp(22))), "stops at route");
}

/// A rule from a few that matter in [`world`], so that they meet what is asked often.
fn any_rule() -> impl Strategy<Value = SecurityGroupRule> {
    let protocols = prop::sample::select(vec![None, Some("tcp"), Some("udp"), Some("icmp")]);
    let prefixes = prop::sample::select(vec![
        None,
        Some("10.0.0.0/24"),
        Some("192.168.56.0/24"),
        Some("0.0.0.0/0"),
        Some("10.0.0.12/32"),
    ]);
    (any::<bool>(), protocols, any::<bool>(), prefixes, any::<bool>()).prop_map(
        |(ingress, protocol, ported, prefix, members)| {
            let direction = if ingress { Direction::Ingress } else { Direction::Egress };
            let port = protocol.filter(|_| ported).map(|name| if name == "icmp" { 8 } else { 22 });
            SecurityGroupRule {
                remote_ip_prefix: prefix.map(str::to_owned),
                remote_group_id: (members && prefix.is_none()).then(|| "g".into()),
                port_max: if protocol == Some("icmp") { None } else { port },
                ..rule("random", direction, protocol, port)
            }
        },
    )
}

fn any_question() -> impl Strategy<Value = Question> {
    let places = || {
        prop::sample::select(vec![
            "a1",
            "a2",
            "b1",
            "c1",
            "e1",
            "i1",
            "203.0.113.9",
            "192.168.56.60",
            "10.0.0.12",
            "192.168.56.70",
        ])
    };
    let traffic = prop::sample::select(vec![Traffic::tcp(22), Traffic::tcp(80), Traffic::ping(), Traffic::default()]);
    (places(), places(), traffic).prop_map(|(from, to, traffic)| Question { from: place(from), to: place(to), traffic })
}

fn any_world() -> impl Strategy<Value = Snapshot> {
    (prop::collection::vec(any_rule(), 0..6), any::<[bool; 4]>(), 0usize..6).prop_map(
        |(rules, [snat, up, secure, security], port)| {
            with(|world| {
                world.groups = vec![group("g", rules)];
                world.routers[0].gateway.as_mut().unwrap().enable_snat = snat;
                world.ports[port].admin_state_up = up || secure;
                world.ports[5 - port].port_security = security;
            })
        },
    )
}

proptest! {
    #[test]
    fn reachable_is_what_nothing_stops(world in any_world(), question in any_question()) {
        let answer = ask(&world, &question);
        prop_assert_eq!(answer.reachable, answer.stops().next().is_none());
        prop_assert!(!answer.findings.is_empty());
    }

    #[test]
    fn another_rule_never_closes_a_way(mut world in any_world(), question in any_question(), more in any_rule()) {
        let before = ask(&world, &question);
        world.groups[0].rules.push(more);
        let after = ask(&world, &question);
        prop_assert!(!before.reachable || after.reachable, "{:#?}", after.findings);
    }

    #[test]
    fn the_rule_that_is_offered_helps(mut world in any_world(), question in any_question()) {
        let stops = |answer: &Answer| answer.stops().count();
        let mut answer = ask(&world, &question);
        while let Some(missing) = answer.findings.iter().find_map(Finding::missing_rule).cloned() {
            let NewRule { direction, ethertype, protocol, port_min, port_max, remote_ip_prefix, .. } = missing;
            let added = SecurityGroupRule { ethertype, protocol, port_min, port_max, remote_ip_prefix, ..rule("offered", direction, None, None) };
            world.groups[0].rules.push(added);
            let after = ask(&world, &question);
            prop_assert!(stops(&after) < stops(&answer), "{:#?}", after.findings);
            answer = after;
        }
    }
}
