//! Where an address leads: into the world, into somebody's own network, or to where nothing may be fetched from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Anybody's.
    World,
    /// A private network's: whoever runs the cloud knows what is there, the people in it must not find out.
    Private,
    /// This machine, its neighbours on the wire, or what is no single host; with what it is.
    Never(&'static str),
}

const LOOPBACK: &str = "a loopback address";
const LINK_LOCAL: &str = "a link-local address";
const UNSPECIFIED: &str = "an unspecified address";
const MULTICAST: &str = "a multicast address";
const RESERVED: &str = "a reserved address";
const METADATA: &str = "a metadata service";

/// Where clouds answer what is their guests' own business, beside link-local addresses: Alibaba's, Azure's, Oracle's and
/// Amazon's. Arcus may run in one of them.
const METADATA_SERVICES: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

const fn v4(a: u8, b: u8, c: u8, prefix: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), prefix))
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix))
}

/// The first that holds an address tells its place.
const PLACES: [(IpNet, Place); 18] = [
    (v4(0, 0, 0, 8), Place::Never(UNSPECIFIED)),
    (v4(127, 0, 0, 8), Place::Never(LOOPBACK)),
    (v4(169, 254, 0, 16), Place::Never(LINK_LOCAL)),
    (v4(192, 0, 0, 24), Place::Never(RESERVED)),
    (v4(224, 0, 0, 4), Place::Never(MULTICAST)),
    (v4(240, 0, 0, 4), Place::Never(RESERVED)),
    (v4(10, 0, 0, 8), Place::Private),
    (v4(172, 16, 0, 12), Place::Private),
    (v4(192, 168, 0, 16), Place::Private),
    // Providers' own networks, and what is set aside for measurements.
    (v4(100, 64, 0, 10), Place::Private),
    (v4(198, 18, 0, 15), Place::Private),
    // Teredo: where it leads cannot be seen in it.
    (v6(0x2001, 0, 0, 32), Place::Never(RESERVED)),
    (v6(0xfe80, 0, 0, 10), Place::Never(LINK_LOCAL)),
    (v6(0xff00, 0, 0, 8), Place::Never(MULTICAST)),
    (v6(0xfc00, 0, 0, 7), Place::Private),
    // Site-local, which some still use.
    (v6(0xfec0, 0, 0, 10), Place::Private),
    // Of all IPv6, only this is given to anybody.
    (v6(0x2000, 0, 0, 3), Place::World),
    (v6(0, 0, 0, 0), Place::Never(RESERVED)),
];

/// Where an address leads; one that holds another (IPv4-mapped, -compatible, NAT64, 6to4) leads where that does.
pub fn place(address: IpAddr) -> Place {
    let address = plain(address);
    if METADATA_SERVICES.contains(&address) {
        return Place::Never(METADATA);
    }
    match address {
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => return Place::Never(UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => return Place::Never(LOOPBACK),
        _ => {}
    }
    let found = PLACES.iter().find(|(net, _)| net.contains(&address));
    found.map_or(Place::World, |(_, place)| *place)
}

/// The address that a packet to this one ends at, where that can be seen in it.
pub fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let words = six.segments();
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match words {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => address,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => four(high, low),
        // As mapped, but translated on the way.
        [0, 0, 0, 0, 0xffff, 0, high, low] => four(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => four(high, low),
        [0x2002, high, low, ..] => four(high, low),
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_fetched_from_this_machine_its_neighbours_or_many_hosts_at_once() {
        let never = [
            ("127.0.0.1", LOOPBACK),
            ("127.255.255.254", LOOPBACK),
            ("::1", LOOPBACK),
            ("::ffff:127.0.0.1", LOOPBACK),
            ("::ffff:0:127.0.0.1", LOOPBACK),
            ("::127.0.0.1", LOOPBACK),
            ("64:ff9b::127.0.0.1", LOOPBACK),
            ("2002:7f00:1::", LOOPBACK),
            ("0.0.0.0", UNSPECIFIED),
            ("0.1.2.3", UNSPECIFIED),
            ("::", UNSPECIFIED),
            ("::ffff:0.0.0.0", UNSPECIFIED),
            ("169.254.169.254", LINK_LOCAL),
            ("169.254.0.1", LINK_LOCAL),
            ("::ffff:169.254.169.254", LINK_LOCAL),
            ("64:ff9b::a9fe:a9fe", LINK_LOCAL),
            ("2002:a9fe:a9fe::1", LINK_LOCAL),
            ("fe80::1", LINK_LOCAL),
            ("febf:ffff::1", LINK_LOCAL),
            ("100.100.100.200", METADATA),
            ("168.63.129.16", METADATA),
            ("192.0.0.192", METADATA),
            ("fd00:ec2::254", METADATA),
            ("224.0.0.1", MULTICAST),
            ("239.255.255.255", MULTICAST),
            ("ff02::1", MULTICAST),
            ("240.0.0.1", RESERVED),
            ("255.255.255.255", RESERVED),
            ("192.0.0.8", RESERVED),
            ("64:ff9b:1::7f00:1", RESERVED),
            ("2001:0:53aa:64c::1", RESERVED),
            ("100::1", RESERVED),
            ("5f00::1", RESERVED),
        ];
        for (address, what) in never {
            assert_eq!(place(address.parse().expect("an address")), Place::Never(what), "{address}");
        }
    }

    #[test]
    fn private_networks_are_told_from_the_world() {
        let private = [
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "198.19.0.1",
            "fd00::1",
            "fc00::1",
            "fec0::1",
            "::ffff:10.0.0.1",
            "64:ff9b::192.168.0.1",
            "2002:c0a8:1::",
        ];
        for address in private {
            assert_eq!(place(address.parse().expect("an address")), Place::Private, "{address}");
        }
        let world = [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "172.15.255.255",
            "172.32.0.1",
            "169.253.0.1",
            "192.0.1.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ];
        for address in world {
            assert_eq!(place(address.parse().expect("an address")), Place::World, "{address}");
        }
    }
}
