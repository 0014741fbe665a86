//! Under which addresses a port may send.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv6Addr;

use ipnet::{IpNet, Ipv6Net};

use crate::bus::contract::FirewallPort;

/// The MAC addresses of a port, each with the addresses that it may use under it: its own, those of its allowed pairs,
/// and for each MAC address the link-local one that follows from it. No two of them overlap.
pub fn of(port: &FirewallPort) -> BTreeMap<String, Vec<IpNet>> {
    let mut addresses: BTreeMap<String, Vec<IpNet>> = BTreeMap::new();
    addresses.entry(port.mac.clone()).or_default().extend(port.ips.iter().map(|ip| IpNet::from(*ip)));
    for pair in &port.allowed_address_pairs {
        let mac = pair.mac.as_ref().unwrap_or(&port.mac);
        addresses.entry(mac.clone()).or_default().push(pair.ip);
    }
    for (mac, nets) in &mut addresses {
        nets.extend(link_local(mac).map(|ip| IpNet::from(Ipv6Net::from(ip))));
        *nets = apart(nets.drain(..));
    }
    addresses
}

/// The same addresses without any that a wider range has already.
pub fn apart(nets: impl IntoIterator<Item = IpNet>) -> Vec<IpNet> {
    let nets: BTreeSet<IpNet> = nets.into_iter().map(|net| net.trunc()).collect();
    let within = |net: &IpNet| nets.iter().any(|other| other.contains(net) && other != net);
    nets.iter().filter(|net| !within(net)).copied().collect()
}

/// Whether it is a single address and no range.
pub fn is_single(net: &IpNet) -> bool {
    net.prefix_len() == net.max_prefix_len()
}

/// The address that IPv6 makes of a MAC address (RFC 4291, appendix A).
fn link_local(mac: &str) -> Option<Ipv6Addr> {
    let bytes: Vec<u8> = mac.split(':').map(|pair| u8::from_str_radix(pair, 16)).collect::<Result<_, _>>().ok()?;
    let [a, b, c, d, e, f] = *bytes.as_slice() else { return None };
    let pair = |high: u8, low: u8| u16::from_be_bytes([high, low]);
    Some(Ipv6Addr::new(0xfe80, 0, 0, 0, pair(a ^ 2, b), pair(c, 0xff), pair(0xfe, d), pair(e, f)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::port;
    use super::*;
    use crate::model::network::AddressPair;

    #[test]
    fn every_mac_address_has_its_link_local_address_and_ranges_swallow_what_lies_within() {
        let mut port = port(5, &[]);
        let pair = |ip: &str, mac: Option<&str>| AddressPair { ip: ip.parse().unwrap(), mac: mac.map(str::to_owned) };
        port.allowed_address_pairs =
            vec![pair("10.0.0.0/28", None), pair("10.0.0.1/32", None), pair("10.9.0.1/32", Some("fa:16:3e:00:00:99"))];
        let said: Vec<(String, String)> = of(&port)
            .into_iter()
            .map(|(mac, nets)| (mac, nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")))
            .collect();
        let expected = [
            ("fa:16:3e:00:00:05", "10.0.0.0/28 fe80::f816:3eff:fe00:5/128"),
            ("fa:16:3e:00:00:99", "10.9.0.1/32 fe80::f816:3eff:fe00:99/128"),
        ];
        assert_eq!(said, expected.map(|(mac, nets)| (mac.to_owned(), nets.to_owned())));
    }
}
