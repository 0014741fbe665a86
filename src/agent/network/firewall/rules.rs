//! `table inet arcus`: security groups.
//!
//! br_netfilter shows bridged frames to these chains with the bridge as their device, and with the mark that
//! [`super::frames`] gave those of guests: what a guest sends before it is forwarded, what it gets while it is. Answers
//! belong to a connection that was allowed when it began; whatever goes in a connection's own direction is checked
//! against the rules each time, so that a rule that is taken back takes the connection along.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::identity::{apart, is_single};
use super::marks::{IS_NOT_OURS, Marked};
use super::rule::{matches, members_set};
use super::text::{base_chain, chain, set};
use crate::bus::contract::{FirewallGroup, FirewallPlan};
use crate::model::SecurityGroupId;
use crate::model::security_group::{Direction, Ethertype};

/// Before connections are looked up.
const RAW: i32 = -300;
/// After.
const FILTER: i32 = 0;

/// Writes the table. Each bridge has a zone of its own, in which its connections are told apart from equal ones on
/// other bridges.
pub fn write(script: &mut String, plan: &FirewallPlan, marks: &Marked, zones: &BTreeMap<String, u16>) {
    let used: BTreeSet<&SecurityGroupId> = marks.keys().flatten().collect();
    let groups: Vec<&FirewallGroup> = plan.groups.iter().filter(|group| used.contains(&group.group_id)).collect();
    script.push_str("table inet arcus {\n");
    set(script, "set bridges", "type ifname", zones.keys().map(|bridge| format!("\"{bridge}\"")));
    members(script, plan, &groups);
    chain(script, "pass", &["meta mark set 0", "accept"]);
    chain(
        script,
        "tracked",
        &[
            "ct state invalid drop",
            "ct state established ct direction reply goto pass",
            "ct state related meta l4proto { icmp, ipv6-icmp } goto pass",
        ],
    );
    for group in &groups {
        of_group(script, group);
    }
    for (list, mark) in marks {
        let known = |id: &&SecurityGroupId| groups.iter().any(|group| group.group_id == **id);
        for way in ["in", "out"] {
            let jumps: Vec<String> = list.iter().filter(known).map(|id| format!("jump {way}-{id}")).collect();
            let rules: Vec<&str> = jumps.iter().map(String::as_str).chain(["drop"]).collect();
            chain(script, &format!("{way}_{mark:x}"), &rules);
        }
    }
    let to = |way: &'static str| marks.values().map(move |mark| format!("{mark:#x} : goto {way}_{mark:x}"));
    set(script, "map senders", "type mark : verdict", to("out"));
    set(script, "map receivers", "type mark : verdict", to("in"));
    hooks(script, zones);
    script.push_str("}\n");
}

/// The members of groups that rules name.
fn members(script: &mut String, plan: &FirewallPlan, groups: &[&FirewallGroup]) {
    let named: BTreeSet<&SecurityGroupId> =
        groups.iter().flat_map(|group| &group.rules).filter_map(|rule| rule.remote_group_id.as_ref()).collect();
    for id in named {
        let members = plan.groups.iter().filter(|group| group.group_id == *id).flat_map(|group| &group.members);
        let (v4, v6): (Vec<IpNet>, Vec<IpNet>) = members.partition(|net| matches!(net, IpNet::V4(_)));
        for (nets, ethertype, kind) in
            [(v4, Ethertype::IPv4, "type ipv4_addr"), (v6, Ethertype::IPv6, "type ipv6_addr")]
        {
            let nets = apart(nets);
            // What holds no ranges is found and filled faster.
            let flags = if nets.iter().all(is_single) { "" } else { "; flags interval" };
            let elements = nets.iter().map(|net| if is_single(net) { net.addr().to_string() } else { net.to_string() });
            let name = format!("set {}", members_set(id.as_str(), ethertype));
            set(script, &name, &format!("{kind}{flags}"), elements);
        }
    }
}

/// A group's rules, shared by all ports that are in it.
fn of_group(script: &mut String, group: &FirewallGroup) {
    for (way, direction) in [("in", Direction::Ingress), ("out", Direction::Egress)] {
        let rules: Vec<String> = group
            .rules
            .iter()
            .filter(|rule| rule.direction == direction)
            .filter_map(|rule| matches(rule).map(|what| format!("{what} goto pass")))
            .collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        chain(script, &format!("{way}-{}", group.group_id), &rules);
    }
}

fn hooks(script: &mut String, zones: &BTreeMap<String, u16>) {
    if !zones.is_empty() {
        let zones: Vec<String> = zones.iter().map(|(bridge, zone)| format!("\"{bridge}\" : {zone}")).collect();
        let rule = format!("ct zone set iifname map {{ {} }}", zones.join(", "));
        base_chain(script, "zones", "prerouting", RAW, &[&rule]);
    }
    let not_ours = format!("{IS_NOT_OURS} accept");
    for (name, hook, vmap) in [("egress", "prerouting", "@senders"), ("ingress", "forward", "@receivers")] {
        let dispatch = format!("meta mark vmap {vmap}");
        let rules = ["iifname != @bridges accept", &not_ours, "jump tracked", &dispatch, "drop"];
        base_chain(script, name, hook, FILTER, &rules);
    }
}
