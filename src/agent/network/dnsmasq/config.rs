//! What dnsmasq is told, as text.

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::path::Path;

use super::super::dhcp::{INSIDE, served};
use crate::agent::metadata::{self, DOMAIN};
use crate::bus::contract::{NetworkPlan, PortPlan, SubnetPlan};

/// How long a lease lasts, in seconds: a day, as Neutron's.
const LEASE: u32 = 86_400;

/// The command line. A change of it needs a restart; all else is in files that are read again on SIGHUP.
pub fn arguments(plan: &NetworkPlan, directory: &Path) -> Vec<String> {
    let file = |option: &str, name: &str| format!("--{option}={}", directory.join(name).display());
    let mut arguments = vec![
        "--conf-file=/dev/null".to_owned(),
        "--no-hosts".into(),
        "--no-resolv".into(),
        "--user=nobody".into(),
        "--bind-interfaces".into(),
        format!("--interface={INSIDE}"),
        "--except-interface=lo".into(),
        "--dhcp-authoritative".into(),
        format!("--domain={DOMAIN}"),
        format!("--local=/{DOMAIN}/"),
        "--dhcp-lease-max=65536".into(),
        file("pid-file", "pid"),
        file("log-facility", "log"),
        file("dhcp-leasefile", "leases"),
        file("dhcp-hostsfile", "hosts"),
        file("dhcp-optsfile", "options"),
        file("addn-hosts", "names"),
    ];
    arguments.extend(served(plan).map(|(subnet, _)| {
        let cidr = subnet.cidr;
        format!("--dhcp-range=set:{},{},static,{},{LEASE}s", tag(subnet), cidr.network(), cidr.netmask())
    }));
    arguments
}

/// One line per port with an address in a served subnet. No tags in here: with them, dnsmasq 2.90 dies on SIGHUP.
pub fn hosts(plan: &NetworkPlan) -> String {
    let line = |port: &PortPlan| {
        let ip = port.ip.filter(|ip| served(plan).any(|(subnet, server)| subnet.cidr.contains(ip) && server != *ip))?;
        let name = if is_host_name(&port.hostname) { format!("{},", port.hostname) } else { String::new() };
        Some(format!("{},{name}{ip}\n", port.mac))
    };
    plan.ports.iter().filter_map(line).collect()
}

/// The names that the server answers for: those of all ports, whether they asked for their address or not.
pub fn names(plan: &NetworkPlan) -> String {
    let line = |port: &PortPlan| {
        let name = Some(&port.hostname).filter(|name| is_host_name(name))?;
        Some(format!("{} {name}.{DOMAIN} {name}\n", port.ip?))
    };
    plan.ports.iter().filter_map(line).collect()
}

/// What guests are told beside their address.
pub fn options(plan: &NetworkPlan) -> String {
    let mut text = format!("option:mtu,{}\n", plan.mtu);
    for (subnet, server) in served(plan) {
        let tag = tag(subnet);
        let mut option = |name: &str, values: &[String]| {
            let value: String = values.iter().map(|value| format!(",{value}")).collect();
            text.push_str(&format!("tag:{tag},{name}{value}\n"));
        };
        let gateway: Vec<String> = subnet.gateway_ip.iter().map(ToString::to_string).collect();
        // Without a value the option is left out; without the line, dnsmasq would name itself as the router.
        option("option:router", &gateway);
        option("option:dns-server", &name_servers(subnet, server));
        let routes = routes(subnet, server);
        option("option:classless-static-route", &routes);
        // What Windows knows it by.
        option("249", &routes);
    }
    text
}

/// The leases of ports that still are as they were when they got them.
pub fn without_stale(leases: &str, hosts: &str) -> String {
    let held: HashSet<(&str, &str)> =
        hosts.lines().filter_map(|line| Some((line.split(',').next()?, line.rsplit(',').next()?))).collect();
    let is_held = |line: &&str| {
        let mut words = line.split(' ').skip(1);
        matches!((words.next(), words.next()), (Some(mac), Some(ip)) if held.contains(&(mac, ip)))
    };
    // A line that is no lease of an IPv4 address, such as the server's DUID, has no such words and goes as well:
    // dnsmasq makes it anew.
    leases.lines().filter(is_held).map(|line| format!("{line}\n")).collect()
}

fn tag(subnet: &SubnetPlan) -> String {
    format!("subnet-{}", subnet.subnet_id)
}

fn name_servers(subnet: &SubnetPlan, server: Ipv4Addr) -> Vec<String> {
    let named: Vec<String> =
        subnet.dns_nameservers.iter().filter(|address| address.is_ipv4()).map(ToString::to_string).collect();
    if named.is_empty() { vec![server.to_string()] } else { named }
}

/// The way to the metadata service and those that the subnet names. A client that is told routes ignores the router
/// option, so the gateway is among them.
fn routes(subnet: &SubnetPlan, server: Ipv4Addr) -> Vec<String> {
    let metadata = [format!("{}/32", metadata::ADDRESS), server.to_string()];
    let listed = subnet.host_routes.iter().flat_map(|route| [route.destination.to_string(), route.nexthop.to_string()]);
    let default = subnet.gateway_ip.iter().flat_map(|gateway| ["0.0.0.0/0".to_owned(), gateway.to_string()]);
    metadata.into_iter().chain(listed).chain(default).collect()
}

fn is_host_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    // dnsmasq takes a word of digits alone for a lease time.
    (1..=63).contains(&text.len())
        && text.bytes().all(fits)
        && !text.starts_with('-')
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !matches!(text, "ignore" | "infinite")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::contract::Segment;
    use crate::model::network::HostRoute;

    fn port(mac: &str, ip: &str, hostname: &str) -> PortPlan {
        PortPlan {
            port_id: "p1".into(),
            network_id: "n1".into(),
            tap: "tapp1".into(),
            bridge: "brqn1".into(),
            mac: mac.into(),
            ip: ip.parse().ok(),
            hostname: hostname.into(),
            device_id: "i1".into(),
            device_owner: "compute:nova".into(),
            host: "host1".into(),
            mtu: 1450,
        }
    }

    fn plan() -> NetworkPlan {
        NetworkPlan {
            network_id: "n1".into(),
            name: "private".into(),
            bridge: "brqn1".into(),
            segment: Segment::Local,
            admin_state_up: true,
            mtu: 1450,
            subnets: vec![SubnetPlan {
                subnet_id: "s1".into(),
                cidr: "10.0.0.0/24".parse().unwrap(),
                gateway_ip: "10.0.0.1".parse().ok(),
                enable_dhcp: true,
                dhcp_ip: "10.0.0.2".parse().ok(),
                dns_nameservers: Vec::new(),
                host_routes: Vec::new(),
            }],
            ports: vec![
                port("fa:16:3e:00:00:02", "10.0.0.2", ""),
                port("fa:16:3e:00:00:10", "10.0.0.10", "web-1"),
                port("fa:16:3e:00:00:11", "10.0.0.11", "not a,host"),
                port("fa:16:3e:00:00:12", "10.9.9.9", "elsewhere"),
            ],
        }
    }

    #[test]
    fn each_port_has_one_fixed_lease_without_tags() {
        assert_eq!(hosts(&plan()), "fa:16:3e:00:00:10,web-1,10.0.0.10\nfa:16:3e:00:00:11,10.0.0.11\n");
    }

    #[test]
    fn a_subnet_without_dhcp_gives_no_leases_and_no_range() {
        let mut plan = plan();
        plan.subnets[0].enable_dhcp = false;
        assert_eq!(hosts(&plan), "");
        assert!(!arguments(&plan, Path::new("/d")).iter().any(|argument| argument.starts_with("--dhcp-range")));
    }

    #[test]
    fn the_range_is_static() {
        let arguments = arguments(&plan(), Path::new("/d"));
        assert_eq!(arguments.last().unwrap(), "--dhcp-range=set:subnet-s1,10.0.0.0,static,255.255.255.0,86400s");
        assert!(arguments.contains(&"--dhcp-hostsfile=/d/hosts".to_owned()));
    }

    #[test]
    fn guests_learn_mtu_gateway_name_server_and_the_way_to_their_metadata() {
        let routes = "169.254.169.254/32,10.0.0.2,0.0.0.0/0,10.0.0.1";
        let expected = format!(
            "option:mtu,1450\ntag:subnet-s1,option:router,10.0.0.1\ntag:subnet-s1,option:dns-server,10.0.0.2\n\
             tag:subnet-s1,option:classless-static-route,{routes}\ntag:subnet-s1,249,{routes}\n"
        );
        assert_eq!(options(&plan()), expected);
    }

    #[test]
    fn every_port_has_its_name_in_the_domain() {
        let mut plan = plan();
        plan.ports[0].hostname = "host-10-0-0-2".into();
        let expected = "10.0.0.2 host-10-0-0-2.novalocal host-10-0-0-2\n10.0.0.10 web-1.novalocal web-1\n\
                        10.9.9.9 elsewhere.novalocal elsewhere\n";
        assert_eq!(names(&plan), expected);
    }

    #[test]
    fn without_a_gateway_there_is_no_default_route() {
        let mut plan = plan();
        plan.subnets[0].gateway_ip = None;
        let options = options(&plan);
        assert!(options.contains("tag:subnet-s1,option:router\n"), "{options}");
        assert!(options.contains("option:classless-static-route,169.254.169.254/32,10.0.0.2\n"), "{options}");
    }

    #[test]
    fn host_routes_come_with_the_default_route() {
        let mut plan = plan();
        plan.subnets[0].host_routes =
            vec![HostRoute { destination: "172.16.0.0/12".parse().unwrap(), nexthop: "10.0.0.9".parse().unwrap() }];
        let routes = "169.254.169.254/32,10.0.0.2,172.16.0.0/12,10.0.0.9,0.0.0.0/0,10.0.0.1\n";
        let options = options(&plan);
        assert!(options.contains(&format!("option:classless-static-route,{routes}")), "{options}");
        assert!(options.contains(&format!("tag:subnet-s1,249,{routes}")), "{options}");
    }

    #[test]
    fn a_lease_goes_with_its_port() {
        let held = "1790000000 fa:16:3e:00:00:10 10.0.0.10 web-1 01:fa:16:3e:00:00:10\n";
        let gone = "1790000000 fa:16:3e:00:00:77 10.0.0.12 * *\n";
        let moved = "1790000000 fa:16:3e:00:00:11 10.0.0.13 * *\n";
        assert_eq!(without_stale(&format!("{held}{gone}{moved}"), &hosts(&plan())), held);
    }
}
