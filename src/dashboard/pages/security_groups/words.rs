//! Rules in words.

use crate::dashboard::i18n::tr;
use crate::model::security_group::{Direction, Ethertype, SecurityGroup, SecurityGroupRule};

/// A whole rule: "allow TCP 22 from anywhere". `groups` gives names to the groups that it speaks of.
pub fn rule(rule: &SecurityGroupRule, groups: &[SecurityGroup]) -> String {
    let (what, peer) = (traffic(rule), peer(rule, groups));
    match rule.direction {
        Direction::Ingress => tr!(security_groups.allow_from, what = what, peer = peer),
        Direction::Egress => tr!(security_groups.allow_to, what = what, peer = peer),
    }
}

/// What a group lets in, in one line: "SSH, ping from anywhere; everything from members of default".
pub fn effect(group: &SecurityGroup, groups: &[SecurityGroup]) -> String {
    let mut by_peer: Vec<(String, Vec<String>)> = Vec::new();
    let incoming = || group.rules.iter().filter(|rule| rule.direction == Direction::Ingress);
    // What holds for IPv4 as well need not be said twice.
    let said = |rule: &SecurityGroupRule| {
        let twin = |other: &SecurityGroupRule| other.ethertype == Ethertype::IPv4 && matches_alike(rule, other, groups);
        rule.ethertype == Ethertype::IPv6 && incoming().any(twin)
    };
    for rule in incoming().filter(|rule| !said(rule)) {
        let (what, peer) = (service(rule), peer(rule, groups));
        match by_peer.iter_mut().find(|(known, _)| *known == peer) {
            Some((_, services)) if services.contains(&what) => {}
            Some((_, services)) => services.push(what),
            None => by_peer.push((peer, vec![what])),
        }
    }
    if by_peer.is_empty() {
        return tr!(security_groups.lets_nothing_in).to_owned();
    }
    let parts = by_peer.into_iter().map(|(peer, services)| {
        tr!(security_groups.lets_in, what = services.join(tr!(security_groups.comma)), peer = peer)
    });
    parts.collect::<Vec<_>>().join(tr!(security_groups.semicolon))
}

/// Whether two rules let the same through from the same peers, but for the address family.
fn matches_alike(one: &SecurityGroupRule, other: &SecurityGroupRule, groups: &[SecurityGroup]) -> bool {
    let ports = |rule: &SecurityGroupRule| (rule.protocol.clone(), rule.port_min, rule.port_max);
    ports(one) == ports(other) && peer(one, groups) == peer(other, groups)
}

/// The usual name of what a rule lets through, where it has one.
fn service(rule: &SecurityGroupRule) -> String {
    match (rule.protocol.as_deref(), rule.port_min, rule.port_max) {
        (Some("tcp"), Some(22), Some(22)) => "SSH".to_owned(),
        (Some("tcp"), Some(80), Some(80)) => "HTTP".to_owned(),
        (Some("tcp"), Some(443), Some(443)) => "HTTPS".to_owned(),
        (Some("icmp"), None | Some(8), _) => tr!(security_groups.ping).to_owned(),
        _ => traffic(rule),
    }
}

/// Protocol and ports: "TCP 80–90", "everything over IPv6".
fn traffic(rule: &SecurityGroupRule) -> String {
    let what = match (rule.protocol.as_deref(), rule.port_min, rule.port_max) {
        (None, ..) => tr!(security_groups.everything).to_owned(),
        (Some(protocol), None, None) => tr!(security_groups.all_of, protocol = protocol.to_uppercase()),
        (Some(protocol), first, last) if protocol.contains("icmp") => {
            let numbers = [first, last].into_iter().flatten().map(|number| number.to_string());
            format!("{} {}", protocol.to_uppercase(), numbers.collect::<Vec<_>>().join("/"))
        }
        (Some(protocol), first, last) => {
            let (first, last) = (first.or(last).unwrap_or_default(), last.or(first).unwrap_or_default());
            let ports = if first == last { first.to_string() } else { format!("{first}–{last}") };
            format!("{} {ports}", protocol.to_uppercase())
        }
    };
    match rule.ethertype {
        Ethertype::IPv4 => what,
        Ethertype::IPv6 => tr!(security_groups.over_ipv6, what = what),
    }
}

fn peer(rule: &SecurityGroupRule, groups: &[SecurityGroup]) -> String {
    if let Some(id) = &rule.remote_group_id {
        let name =
            groups.iter().find(|group| &group.id == id).map_or_else(|| id.to_string(), |group| group.name.clone());
        return tr!(security_groups.members_of, group = name);
    }
    match rule.remote_ip_prefix.as_deref() {
        None | Some("0.0.0.0/0" | "::/0") => tr!(security_groups.anywhere).to_owned(),
        Some(prefix) => prefix.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule_of(protocol: Option<&str>, ports: (Option<i64>, Option<i64>), prefix: Option<&str>) -> SecurityGroupRule {
        SecurityGroupRule {
            id: "r".into(),
            security_group_id: "g".into(),
            direction: Direction::Ingress,
            ethertype: Ethertype::IPv4,
            protocol: protocol.map(str::to_owned),
            port_min: ports.0,
            port_max: ports.1,
            remote_ip_prefix: prefix.map(str::to_owned),
            remote_group_id: None,
            description: String::new(),
            created_at: Default::default(),
        }
    }

    fn group_of(rules: Vec<SecurityGroupRule>) -> SecurityGroup {
        SecurityGroup {
            id: "g".into(),
            project_id: "p".into(),
            name: "web".into(),
            description: String::new(),
            rules,
            standard: Default::default(),
            created_at: Default::default(),
            updated_at: Default::default(),
        }
    }

    #[test]
    fn a_rule_reads_as_a_sentence() {
        assert_eq!(rule(&rule_of(Some("tcp"), (Some(22), Some(22)), None), &[]), "Allow TCP 22 from anywhere");
        assert_eq!(
            rule(&rule_of(Some("udp"), (Some(1000), Some(2000)), Some("10.0.0.0/8")), &[]),
            "Allow UDP 1000–2000 from 10.0.0.0/8"
        );
    }

    #[test]
    fn a_groups_effect_gathers_services_by_peer() {
        let mut from_members = rule_of(None, (None, None), None);
        from_members.remote_group_id = Some("g".into());
        let over_ipv6 = SecurityGroupRule { ethertype: Ethertype::IPv6, ..from_members.clone() };
        let group = group_of(vec![
            rule_of(Some("tcp"), (Some(22), Some(22)), Some("0.0.0.0/0")),
            rule_of(Some("icmp"), (None, None), None),
            over_ipv6,
            from_members,
        ]);
        assert_eq!(
            effect(&group, std::slice::from_ref(&group)),
            "SSH, ping from anywhere; everything from members of web"
        );
        assert_eq!(effect(&group_of(Vec::new()), &[]), "lets nothing in");
    }
}
