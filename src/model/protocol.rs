//! The protocols that security group rules may name.

use super::security_group::Ethertype;

const ICMP: u8 = 1;
const ICMPV6: u8 = 58;

/// Neutron's names with IANA's numbers.
const NUMBERS: [(&str, u8); 23] = [
    ("ah", 51),
    ("dccp", 33),
    ("egp", 8),
    ("esp", 50),
    ("gre", 47),
    ("icmp", ICMP),
    ("icmpv6", ICMPV6),
    ("igmp", 2),
    ("ipip", 4),
    ("ipv6-encap", 41),
    ("ipv6-frag", 44),
    ("ipv6-icmp", ICMPV6),
    ("ipv6-nonxt", 59),
    ("ipv6-opts", 60),
    ("ipv6-route", 43),
    ("ospf", 89),
    ("pgm", 113),
    ("rsvp", 46),
    ("sctp", 132),
    ("tcp", 6),
    ("udp", 17),
    ("udplite", 136),
    ("vrrp", 112),
];

/// The number that packets carry for a protocol given by name or number; ICMP over IPv6 is ICMPv6. None for what is
/// no protocol.
pub fn number(name: &str, ethertype: Ethertype) -> Option<u8> {
    let known = NUMBERS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    let number = known.or_else(|| name.parse().ok())?;
    Some(if number == ICMP && ethertype == Ethertype::IPv6 { ICMPV6 } else { number })
}

/// Whether rules for the protocol speak of types and codes where others speak of ports.
pub fn has_types(number: u8) -> bool {
    matches!(number, ICMP | ICMPV6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_mean_the_same_and_icmp_follows_the_family() {
        assert_eq!(number("tcp", Ethertype::IPv4), number("6", Ethertype::IPv4));
        assert_eq!(number("icmp", Ethertype::IPv4), Some(1));
        assert_eq!(number("icmp", Ethertype::IPv6), Some(58));
        assert_eq!(number("carrier pigeon", Ethertype::IPv4), None);
    }
}
