//! `table bridge arcus`: who a guest may say it is, and which frames are subject to the rules of security groups.
//!
//! Connections cannot be followed in the bridge family on every kernel, so frames with IP are only marked here;
//! br_netfilter then shows them to the `inet` family (see [`super::rules`]), which takes the mark off what may pass. A
//! frame that still has it when it comes back was not looked at, and is dropped.

use ipnet::IpNet;

use super::identity::{self, apart, is_single};
use super::marks::{IS_OURS, Marked, groups_of};
use super::text::{base_chain, chain, set};
use crate::bus::contract::{FirewallPlan, FirewallPort};

/// Before br_netfilter.
const EARLY: i32 = -300;
/// After it.
const LATE: i32 = 100;

/// Writes the table. `strangers` are devices that are named like taps of ours and are none.
pub fn write(script: &mut String, plan: &FirewallPlan, marks: &Marked, strangers: &[String]) {
    script.push_str("table bridge arcus {\n");
    addresses(script, plan);
    verdicts(script, plan, marks);
    sent(script);
    received(script);
    hooks(script, strangers);
    script.push_str("}\n");
}

/// A port to which rules apply.
fn is_guarded(port: &FirewallPort) -> bool {
    port.admin_state_up && port.port_security
}

/// Every address under which a port may send, ranges apart from single ones: what holds no ranges is found faster.
fn addresses(script: &mut String, plan: &FirewallPlan) {
    let [mut macs, mut own4, mut wide4, mut own6, mut wide6] = [const { Vec::new() }; 5];
    let [mut targets, mut wide_targets] = [const { Vec::new() }; 2];
    for port in plan.ports.iter().filter(|port| is_guarded(port)) {
        let tap = format!("\"{}\"", port.tap);
        let identity = identity::of(port);
        for (mac, nets) in &identity {
            macs.push(format!("{tap} . {mac}"));
            for net in nets {
                match net {
                    IpNet::V4(one) if is_single(net) => own4.push(format!("{tap} . {mac} . {}", one.addr())),
                    IpNet::V4(range) => wide4.push(format!("{tap} . {mac} . {range}")),
                    IpNet::V6(one) if is_single(net) => own6.push(format!("{tap} . {mac} . {}", one.addr())),
                    IpNet::V6(range) => wide6.push(format!("{tap} . {mac} . {range}")),
                }
            }
        }
        for net in apart(identity.into_values().flatten()) {
            match net {
                IpNet::V6(one) if is_single(&net) => targets.push(format!("{tap} . {:#x}", one.addr().to_bits())),
                IpNet::V6(range) => {
                    let (first, last) = (range.network().to_bits(), range.broadcast().to_bits());
                    wide_targets.push(format!("{tap} . {first:#x}-{last:#x}"));
                }
                IpNet::V4(_) => {}
            }
        }
    }
    set(script, "set macs", "type ifname . ether_addr", macs);
    set(script, "set own4", "type ifname . ether_addr . ipv4_addr", own4);
    set(script, "set wide4", "type ifname . ether_addr . ipv4_addr; flags interval", wide4);
    set(script, "set own6", "type ifname . ether_addr . ipv6_addr", own6);
    set(script, "set wide6", "type ifname . ether_addr . ipv6_addr; flags interval", wide6);
    // The address that a neighbour advertisement speaks of, after eight bytes of header.
    set(script, "set targets", "typeof iifname . @th,64,128", targets);
    set(script, "set wide_targets", "typeof iifname . @th,64,128; flags interval", wide_targets);
    let servers = plan
        .ports
        .iter()
        .filter(|port| is_guarded(port))
        .flat_map(|port| port.dhcp_servers.iter().map(|server| format!("\"{}\" . {server}", port.tap)));
    set(script, "set dhcp", "type ifname . ipv4_addr", servers);
}

/// What happens to the frames of each port.
fn verdicts(script: &mut String, plan: &FirewallPlan, marks: &Marked) {
    let guarded = plan.ports.iter().filter(|port| is_guarded(port));
    let marks = guarded.filter_map(|port| Some(format!("\"{}\" : {:#x}", port.tap, marks.get(&groups_of(port))?)));
    set(script, "map marks", "type ifname : mark", marks);
    let verdicts = |guarded: &'static str| {
        plan.ports.iter().map(move |port| {
            let verdict = match (port.admin_state_up, port.port_security) {
                (false, _) => "drop",
                (true, false) => "accept",
                (true, true) => guarded,
            };
            format!("\"{}\" : {verdict}", port.tap)
        })
    };
    set(script, "map senders", "type ifname : verdict", verdicts("goto sent"));
    set(script, "map receivers", "type ifname : verdict", verdicts("goto received"));
}

/// Frames from a guest. Whatever is no plain IP or ARP, such as a frame with a VLAN tag, would go around the rules.
fn sent(script: &mut String) {
    chain(
        script,
        "sent",
        &[
            "iifname . ether saddr != @macs drop",
            "ether type vmap { ip : goto sent_ip, ip6 : goto sent_ip6, arp : goto sent_arp }",
            "drop",
        ],
    );
    chain(
        script,
        "sent_arp",
        &[
            "iifname . arp saddr ether != @macs drop",
            "iifname . arp saddr ether . arp saddr ip @own4 accept",
            "iifname . arp saddr ether . arp saddr ip @wide4 accept",
            // Asking whether an address is free.
            "arp saddr ip 0.0.0.0 arp operation request accept",
            "drop",
        ],
    );
    chain(
        script,
        "sent_ip",
        &[
            "udp sport 67 udp dport 68 drop",
            "ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept",
            "iifname . ether saddr . ip saddr @own4 goto sent_ip_own",
            "iifname . ether saddr . ip saddr @wide4 goto sent_ip_own",
            "drop",
        ],
    );
    chain(script, "sent_ip_own", &["udp sport 68 udp dport 67 accept", "goto sent_marked"]);
    chain(
        script,
        "sent_ip6",
        &[
            "icmpv6 type { nd-router-advert, nd-redirect } drop",
            "udp sport 547 udp dport 546 drop",
            "icmpv6 type nd-neighbor-advert iifname . @th,64,128 @targets goto sent_ip6_from",
            "icmpv6 type nd-neighbor-advert iifname . @th,64,128 @wide_targets goto sent_ip6_from",
            "icmpv6 type nd-neighbor-advert drop",
            "ip6 saddr :: icmpv6 type { nd-neighbor-solicit, nd-router-solicit, mld-listener-report, mld2-listener-report } accept",
            "goto sent_ip6_from",
        ],
    );
    chain(
        script,
        "sent_ip6_from",
        &[
            "iifname . ether saddr . ip6 saddr @own6 goto sent_ip6_own",
            "iifname . ether saddr . ip6 saddr @wide6 goto sent_ip6_own",
            "drop",
        ],
    );
    chain(
        script,
        "sent_ip6_own",
        &[
            "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept",
            "icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } accept",
            "goto sent_marked",
        ],
    );
    chain(script, "sent_marked", &["meta mark set iifname map @marks accept", "drop"]);
}

/// Frames to a guest.
fn received(script: &mut String) {
    chain(
        script,
        "received",
        &["ether type vmap { ip : goto received_ip, ip6 : goto received_ip6, arp : accept }", "drop"],
    );
    chain(
        script,
        "received_ip",
        &[
            "udp sport 67 udp dport 68 oifname . ip saddr @dhcp accept",
            "udp sport 67 udp dport 68 drop",
            "goto received_marked",
        ],
    );
    chain(
        script,
        "received_ip6",
        &[
            "icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } accept",
            "udp sport 547 udp dport 546 drop",
            "goto received_marked",
        ],
    );
    chain(script, "received_marked", &["meta mark set oifname map @marks accept", "drop"]);
}

/// A tap that the plan does not know passes nothing, and no guest speaks with the host itself.
fn hooks(script: &mut String, strangers: &[String]) {
    let quoted: Vec<String> = strangers.iter().map(|name| format!("\"{name}\"")).collect();
    let others = |side: &str| match quoted.as_slice() {
        [] => Vec::new(),
        some => vec![format!("{side} {{ {} }} accept", some.join(", "))],
    };
    let rest = |side: &str| [others(side), vec![format!("{side} \"tap*\" drop")]].concat();
    let with = |first: &str, side: &str| [vec![first.to_owned()], rest(side)].concat();
    let unlooked = format!("{IS_OURS} drop");
    for (name, hook, priority, rules) in [
        ("from_taps", "prerouting", EARLY, with("iifname vmap @senders", "iifname")),
        ("to_taps", "forward", EARLY, with("oifname vmap @receivers", "oifname")),
        ("to_host", "input", EARLY, rest("iifname")),
        ("from_host", "output", EARLY, rest("oifname")),
        ("unseen_from_taps", "prerouting", LATE, vec![unlooked.clone()]),
        ("unseen_to_taps", "forward", LATE, vec![unlooked.clone()]),
    ] {
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        base_chain(script, name, hook, priority, &rules);
    }
}
