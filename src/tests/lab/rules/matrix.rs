//! Each kind of rule, with what it lets pass and what lies just beside it.

use serde_json::{Value, json};

use super::reachability::foretold;
use super::scene::Scene;
use super::traffic::Traffic::{self, Icmp, Icmp6, Protocol, Tcp, Tcp6, Udp};

const YES: bool = true;
const NO: bool = false;

/// From, to, what is sent, whether it arrives.
const CASES: &[(&str, &str, Traffic, bool)] = &[
    // a single port, and protocols
    ("peer", "server", Tcp(22), YES),
    ("peer", "server", Tcp(23), NO),
    ("peer", "server", Udp(22), NO),
    // a range of ports: inside, at its edges, outside
    ("peer", "server", Tcp(7999), NO),
    ("peer", "server", Tcp(8000), YES),
    ("peer", "server", Tcp(8005), YES),
    ("peer", "server", Tcp(8010), YES),
    ("peer", "server", Tcp(8011), NO),
    // by address range, and by protocol number
    ("peer", "server", Udp(53), YES),
    ("stranger", "server", Udp(53), NO),
    // ICMP types
    ("peer", "server", Icmp(8), YES),
    ("peer", "server", Icmp(13), NO),
    // by membership
    ("peer", "server", Tcp(5432), YES),
    ("stranger", "server", Tcp(5432), NO),
    ("peer", "server", Protocol(112), YES),
    ("stranger", "server", Protocol(112), NO),
    // IPv6
    ("peer", "server", Tcp6(22), YES),
    ("peer", "server", Tcp6(23), NO),
    ("peer", "server", Tcp6(8000), YES),
    ("stranger", "server", Tcp6(8000), NO),
    ("peer", "server", Icmp6(128), YES),
    ("server", "peer", Icmp6(128), NO),
    // the other direction is another question
    ("server", "peer", Tcp(22), NO),
    ("server", "peer", Icmp(8), NO),
    // rules for what goes out
    ("quiet", "server", Tcp(8000), YES),
    ("quiet", "open", Tcp(8000), YES),
    ("quiet", "server", Tcp(22), NO),
    ("quiet", "server", Icmp(8), NO),
    ("quiet", "server", Tcp6(22), NO),
    ("quiet", "peer", Tcp(8000), NO),
    ("server", "quiet", Tcp(80), YES),
    // the default group: its members among themselves
    ("one", "other", Tcp(80), YES),
    ("other", "one", Icmp(8), YES),
    ("one", "server", Tcp(22), YES),
    ("one", "server", Tcp(23), NO),
    ("stranger", "one", Tcp(80), NO),
    // in two groups at once: what either allows
    ("peer", "both", Tcp(22), YES),
    ("one", "both", Tcp(80), YES),
    ("stranger", "both", Tcp(80), NO),
    // no group: nothing
    ("bare", "open", Tcp(80), NO),
    ("one", "bare", Tcp(80), NO),
    // no port security: everything, as far as the other side goes along
    ("peer", "open", Tcp(80), YES),
    ("open", "server", Tcp(22), YES),
    ("open", "server", Tcp(23), NO),
    ("quiet", "open", Tcp(80), NO),
    // switched off
    ("down", "open", Icmp(8), NO),
    ("open", "down", Icmp(8), NO),
];

#[tokio::test]
async fn every_kind_of_rule_lets_through_what_it_says_and_nothing_else() {
    let scene = Scene::open().await;
    let network = scene.network("matrix").await;
    let peers = scene.group("peers", &[]).await;
    let strangers = scene.group("strangers", &[]).await;
    let server = scene.group("server", &rules_of_server(&peers)).await;
    let quiet = scene.group("quiet", &[json!({ "direction": "ingress", "ethertype": "IPv4" })]).await;
    scene.close(&quiet).await;
    let out = json!({
        "direction": "egress", "protocol": "tcp", "port_range_min": 8000, "port_range_max": 8000,
        "remote_ip_prefix": "10.0.0.0/28",
    });
    scene.rule(&quiet, out).await;

    let mut ends = Vec::new();
    for (name, ip, more) in [
        ("server", "10.0.0.10", json!({ "security_groups": [server] })),
        ("peer", "10.0.0.3", json!({ "security_groups": [peers], "mac_address": "fa:16:3e:00:0a:03" })),
        ("stranger", "10.0.0.100", json!({ "security_groups": [strangers] })),
        ("quiet", "10.0.0.101", json!({ "security_groups": [quiet] })),
        ("one", "10.0.0.102", json!({})),
        ("other", "10.0.0.103", json!({})),
        ("both", "10.0.0.104", json!({ "security_groups": [server, "default"] })),
        ("bare", "10.0.0.105", json!({ "security_groups": [] })),
        ("open", "10.0.0.4", json!({ "security_groups": [], "port_security_enabled": false })),
        ("down", "10.0.0.106", json!({ "security_groups": ["default"], "admin_state_up": false })),
    ] {
        ends.push((name, scene.end(&network, ip, more).await));
    }
    let end = |name: &str| &ends.iter().find(|(known, _)| *known == name).expect("an end").1;
    let mut wrong = Vec::new();
    for &(from, to, traffic, expected) in CASES {
        let said = foretold(&scene, end(from), end(to), traffic).await;
        if said.is_some_and(|said| said != expected) {
            wrong.push(format!("{from} to {to}, {traffic:?}: Arcus says {said:?}, right is {expected}"));
        }
        let passed = traffic.passes(end(from), end(to), expected);
        if passed != expected {
            wrong.push(format!("{from} to {to}, {traffic:?}: passed {passed}, right is {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), super::super::host::tell("nft", &["list", "ruleset"]));
}

fn rules_of_server(peers: &str) -> Vec<Value> {
    let ingress = |more: Value| {
        let mut rule = json!({ "direction": "ingress", "ethertype": "IPv4" });
        for (member, value) in more.as_object().expect("members") {
            rule[member] = value.clone();
        }
        rule
    };
    vec![
        ingress(json!({ "protocol": "tcp", "port_range_min": 22, "port_range_max": 22 })),
        ingress(json!({ "protocol": "6", "port_range_min": 8000, "port_range_max": 8010 })),
        ingress(
            json!({ "protocol": 17, "remote_ip_prefix": "10.0.0.0/28", "port_range_min": 53, "port_range_max": 53 }),
        ),
        ingress(json!({ "protocol": "icmp", "port_range_min": 8, "port_range_max": 0 })),
        ingress(json!({ "protocol": "tcp", "port_range_min": 5432, "port_range_max": 5432, "remote_group_id": peers })),
        ingress(json!({ "protocol": "vrrp", "remote_group_id": peers })),
        ingress(json!({ "ethertype": "IPv6", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22 })),
        ingress(json!({
            "ethertype": "IPv6", "protocol": "tcp", "port_range_min": 8000, "port_range_max": 8000,
            "remote_ip_prefix": "fe80::f816:3eff:fe00:a03/128",
        })),
        ingress(json!({ "ethertype": "IPv6", "protocol": "icmpv6", "port_range_min": 128 })),
    ]
}
