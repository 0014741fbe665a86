//! Forms of networks and what stands in them.

use super::Sample;
use crate::http::tests::walk::entry::Who;
use crate::http::tests::walk::red::Red;

pub fn networks(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let root = |action, fields: &[(&str, &str)]| Sample::new(Who::Root, action, fields);
    let subnet = [
        ("cidr", "10.9.0.0/24"),
        ("subnet_name", "it's"),
        ("allocation_pools", "10.9.0.10-10.9.0.20"),
        ("dns_nameservers", "9.9.9.9, 1.1.1.1"),
        ("host_routes", "10.50.0.0/24 10.9.0.9"),
    ];
    let closed = [("no_gateway", "true"), ("no_dhcp", "true")];
    let segment = [("provider_type", "local"), ("shared", "true"), ("external", "true"), ("mtu", "1400")];
    vec![
        ann("/api/networks/create", &[("name", "bare"), ("cidr", "")]),
        ann("/api/networks/create", &[&[("name", "-x"), ("description", "d")], &subnet[..]].concat()),
        root("/api/networks/create", &[&[("name", "out"), ("admin_down", "true")], &segment[..], &subnet].concat()),
        ann("/api/networks/update", &[("id", &red.network), ("name", "n"), ("no_port_security", "true")]),
        root("/api/networks/update", &[("id", &red.network), ("name", "n"), ("shared", "true")]),
        ann("/api/networks/delete", &[("id", &red.lone_network), ("name", "lone")]),
        ann("/api/subnets/create", &[&[("network", red.network.as_str())], &subnet[..]].concat()),
        ann("/api/subnets/create", &[&[("network", red.network.as_str())], &subnet[..1], &closed].concat()),
        ann("/api/subnets/update", &[("id", &red.lone_subnet), ("subnet_name", "s"), ("dns_nameservers", "9.9.9.9")]),
        ann(
            "/api/subnets/update",
            &[
                ("id", &red.lone_subnet),
                ("gateway_ip", "10.1.0.1"),
                ("allocation_pools", "10.1.0.10-10.1.0.20\n10.1.0.30-10.1.0.40"),
            ],
        ),
        ann("/api/subnets/delete", &[("id", &red.lone_subnet), ("network", &red.lone_network)]),
    ]
}

pub fn ports(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let pairs = ("allowed_address_pairs", "10.0.0.99\n10.0.0.0/28 fa:16:3e:00:00:09");
    vec![
        ann("/api/ports/create", &[("network", &red.network)]),
        ann(
            "/api/ports/create",
            &[
                ("network", &red.network),
                ("port_name", "p"),
                ("fixed_ip", "10.0.0.77"),
                ("mac", "fa:16:3e:00:00:01"),
                ("choose_groups", "true"),
                ("security_groups[]", &red.security_group),
                ("description", "d"),
                pairs,
            ],
        ),
        ann(
            "/api/ports/create",
            &[
                ("network", &red.network),
                ("no_port_security", "true"),
                ("admin_down", "true"),
                ("choose_groups", "true"),
            ],
        ),
        ann(
            "/api/ports/update",
            &[("id", &red.port), ("port_name", "p"), ("security_groups[]", &red.security_group), pairs],
        ),
        ann("/api/ports/update", &[("id", &red.port), ("no_port_security", "true"), ("admin_down", "true")]),
        ann("/api/ports/delete", &[("id", &red.port), ("network", &red.network)]),
    ]
}

pub fn routers(red: &Red, leg: &str) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let root = |action, fields: &[(&str, &str)]| Sample::new(Who::Root, action, fields);
    let out = ("external_network", red.outside.as_str());
    let chosen = [out, ("outer_address", "203.0.113.77"), ("no_snat", "true")];
    let route = [("id", red.router.as_str()), ("destination", "10.50.0.0/24"), ("nexthop", "10.0.0.9")];
    vec![
        ann("/api/routers/create", &[("name", "r"), ("external_network", "")]),
        ann("/api/routers/create", &[("name", "r"), ("description", "d"), out]),
        root("/api/routers/create", &[&[("name", "r"), ("admin_down", "true")], &chosen[..]].concat()),
        ann("/api/routers/update", &[("id", &red.router), ("name", "r"), ("description", "")]),
        ann("/api/routers/delete", &[("id", &red.spare_router)]),
        ann("/api/routers/gateway/set", &[("id", &red.spare_router), out]),
        root("/api/routers/gateway/set", &[&[("id", red.spare_router.as_str())], &chosen[..]].concat()),
        ann("/api/routers/gateway/clear", &[("id", &red.router)]),
        ann("/api/routers/routes/add", &route),
        ann("/api/routers/routes/remove", &route),
        ann("/api/routers/interfaces/add", &[("id", &red.spare_router), ("subnet", &red.lone_subnet)]),
        ann(
            "/api/routers/interfaces/add",
            &[("id", &red.router), ("subnet", &red.lone_subnet), ("fixed_ip", "10.1.0.77")],
        ),
        ann("/api/routers/interfaces/remove", &[("id", &red.router), ("port", leg)]),
    ]
}

pub fn floating_ips(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let (target, new) = (format!("{},", red.port), format!("new:{}", red.outside));
    let address = ("address", "203.0.113.99");
    vec![
        ann("/api/floating-ips/allocate", &[("network", &red.outside), ("target", "")]),
        ann("/api/floating-ips/allocate", &[("network", &red.outside), ("target", &target), ("description", "d")]),
        Sample::new(Who::Root, "/api/floating-ips/allocate", &[("network", &red.outside), address]),
        ann("/api/floating-ips/associate", &[("id", &red.floating_ip), ("target", &target)]),
        ann("/api/floating-ips/associate", &[("id", &new), ("target", &red.port)]),
        ann("/api/floating-ips/disassociate", &[("id", &red.floating_ip)]),
        ann("/api/floating-ips/describe", &[("id", &red.floating_ip), ("description", "it's")]),
        ann("/api/floating-ips/release", &[("id", &red.floating_ip)]),
    ]
}

pub fn security_groups(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let rule = |fields: &[(&str, &str)]| {
        let group = [("group", red.spare_security_group.as_str())];
        ann("/api/security-groups/rules/create", &[&group[..], fields].concat())
    };
    vec![
        ann("/api/security-groups/create", &[("name", "web"), ("description", "it's open")]),
        ann("/api/security-groups/update", &[("id", &red.security_group), ("name", "n"), ("description", "")]),
        ann("/api/security-groups/delete", &[("id", &red.spare_security_group)]),
        rule(&[("preset", "ssh"), ("remote_ip_prefix", "203.0.113.0/24")]),
        rule(&[("preset", "ping")]),
        rule(&[("direction", "egress"), ("ethertype", "IPv6"), ("protocol", "tcp"), ("description", "d")]),
        rule(&[("protocol", "udp"), ("port_min", "53"), ("remote_group_id", &red.security_group)]),
        ann("/api/security-groups/rules/delete", &[("id", &red.rule)]),
    ]
}
