//! One security group rule as nftables matches it.

use crate::model::protocol;
use crate::model::security_group::{Direction, Ethertype, SecurityGroupRule};

/// The set with the addresses of a group's members, of one family.
pub fn members_set(group: &str, ethertype: Ethertype) -> String {
    match ethertype {
        Ethertype::IPv4 => format!("m4-{group}"),
        Ethertype::IPv6 => format!("m6-{group}"),
    }
}

/// What the rule matches, as text; none for a rule that can match nothing. Packets of the other direction are not asked.
pub fn matches(rule: &SecurityGroupRule) -> Option<String> {
    let family = match rule.ethertype {
        Ethertype::IPv4 => "ip",
        Ethertype::IPv6 => "ip6",
    };
    let peer = match rule.direction {
        Direction::Ingress => "saddr",
        Direction::Egress => "daddr",
    };
    let mut words = vec![match rule.ethertype {
        Ethertype::IPv4 => "meta nfproto ipv4".to_owned(),
        Ethertype::IPv6 => "meta nfproto ipv6".to_owned(),
    }];
    if let Some(prefix) = rule.remote_ip_prefix.as_deref().filter(|prefix| !prefix.ends_with("/0")) {
        words.push(format!("{family} {peer} {prefix}"));
    }
    if let Some(group) = &rule.remote_group_id {
        words.push(format!("{family} {peer} @{}", members_set(group.as_str(), rule.ethertype)));
    }
    if let Some(name) = &rule.protocol {
        let number = protocol::number(name, rule.ethertype)?;
        words.push(format!("meta l4proto {number}"));
        words.extend(if protocol::has_types(number) { kind(rule) } else { ports(rule) });
    }
    Some(words.join(" "))
}

/// Type and code are the first two bytes of both ICMPs. nft's own words for them would refuse one ICMP in packets of
/// the other family, and with it everything else that is said at the same time.
fn kind(rule: &SecurityGroupRule) -> Vec<String> {
    let kind = rule.port_min.map(|kind| format!("@th,0,8 {kind}"));
    let code = rule.port_max.map(|code| format!("@th,8,8 {code}"));
    kind.into_iter().chain(code).collect()
}

fn ports(rule: &SecurityGroupRule) -> Vec<String> {
    match (rule.port_min, rule.port_max) {
        (None, None) => Vec::new(),
        (Some(port), None) | (None, Some(port)) => vec![format!("th dport {port}")],
        (Some(first), Some(last)) if first == last => vec![format!("th dport {first}")],
        (Some(first), Some(last)) => vec![format!("th dport {first}-{last}")],
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::rule;
    use super::*;

    #[test]
    fn a_rule_without_limits_matches_its_family() {
        let all = rule(Direction::Egress, Ethertype::IPv6);
        assert_eq!(matches(&all).unwrap(), "meta nfproto ipv6");
        let everywhere = SecurityGroupRule { remote_ip_prefix: Some("::/0".into()), ..all };
        assert_eq!(matches(&everywhere).unwrap(), "meta nfproto ipv6");
    }

    #[test]
    fn the_peer_is_the_source_of_what_comes_in_and_the_destination_of_what_goes_out() {
        let network = |direction| SecurityGroupRule {
            remote_ip_prefix: Some("10.0.0.0/24".into()),
            ..rule(direction, Ethertype::IPv4)
        };
        assert_eq!(matches(&network(Direction::Ingress)).unwrap(), "meta nfproto ipv4 ip saddr 10.0.0.0/24");
        assert_eq!(matches(&network(Direction::Egress)).unwrap(), "meta nfproto ipv4 ip daddr 10.0.0.0/24");
        let group =
            SecurityGroupRule { remote_group_id: Some("g2".into()), ..rule(Direction::Ingress, Ethertype::IPv6) };
        assert_eq!(matches(&group).unwrap(), "meta nfproto ipv6 ip6 saddr @m6-g2");
    }

    #[test]
    fn ports_and_types_follow_the_protocol() {
        let said = |protocol: &str, ethertype, min, max| {
            let rule = SecurityGroupRule {
                protocol: Some(protocol.into()),
                port_min: min,
                port_max: max,
                ..rule(Direction::Ingress, ethertype)
            };
            matches(&rule)
        };
        let v4 = |protocol, min, max| said(protocol, Ethertype::IPv4, min, max).unwrap();
        assert_eq!(v4("tcp", Some(22), Some(22)), "meta nfproto ipv4 meta l4proto 6 th dport 22");
        assert_eq!(v4("17", Some(1), Some(65535)), "meta nfproto ipv4 meta l4proto 17 th dport 1-65535");
        assert_eq!(v4("vrrp", None, None), "meta nfproto ipv4 meta l4proto 112");
        assert_eq!(v4("icmp", Some(8), None), "meta nfproto ipv4 meta l4proto 1 @th,0,8 8");
        assert_eq!(v4("icmp", Some(3), Some(4)), "meta nfproto ipv4 meta l4proto 1 @th,0,8 3 @th,8,8 4");
        let v6 = said("icmp", Ethertype::IPv6, Some(128), Some(0)).unwrap();
        assert_eq!(v6, "meta nfproto ipv6 meta l4proto 58 @th,0,8 128 @th,8,8 0");
        assert_eq!(said("no such", Ethertype::IPv4, None, None), None);
    }
}
