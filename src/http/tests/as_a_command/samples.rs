//! Forms as people of project red fill them in.

use crate::http::tests::walk::entry::Who;
use crate::http::tests::walk::red::Red;
use crate::http::tests::walk::world::HOST;

/// A form that is filled in.
pub struct Sample {
    pub who: Who,
    pub action: &'static str,
    pub fields: Vec<(String, String)>,
    /// What it asks for does not go in the state in which its thing is.
    pub may_conflict: bool,
}

impl Sample {
    pub fn new(who: Who, action: &'static str, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { who, action, fields, may_conflict: false }
    }
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ me@here";

/// Every form at least once; `leg` is a port of red's router.
pub fn samples(red: &Red, leg: &str) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let all = [
        flavors_and_hosts(red),
        instances(red),
        launches(red),
        vec![
            ann("/api/keypairs/import", &[("name", "my key"), ("public_key", KEY)]),
            ann("/api/keypairs/generate", &[("new_key_name", "made here")]),
            ann("/api/keypairs/delete", &[("name", &red.keypair)]),
        ],
        images(red),
        networks(red),
        ports(red),
        routers(red, leg),
        floating_ips(red),
        security_groups(red),
    ];
    all.into_iter().flatten().collect()
}

fn flavors_and_hosts(red: &Red) -> Vec<Sample> {
    let root = |action, fields: &[(&str, &str)]| Sample::new(Who::Root, action, fields);
    let flavor = [("name", "m1.odd"), ("vcpus", "2"), ("ram_mb", "64"), ("disk_gb", "1")];
    let private = [&flavor[..], &[("id", "odd 1"), ("is_private", "true")]].concat();
    vec![
        root("/api/flavors/create", &flavor),
        root("/api/flavors/create", &private),
        root("/api/flavors/delete", &[("id", &red.flavor)]),
        root("/api/hosts/enable", &[("host", HOST)]),
        root("/api/hosts/disable", &[("host", HOST)]),
        root("/api/hosts/disable", &[("host", HOST), ("reason", "it's old")]),
    ]
}

fn instances(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let verbs = ["stop", "reboot", "hard_reboot", "pause", "suspend", "rebuild", "delete"];
    let verb = |verb| ann("/api/instances/act", &[("id", &red.server), ("verb", verb)]);
    let later = ["start", "unpause", "resume"].map(|word| Sample { may_conflict: true, ..verb(word) });
    let others = [
        ann("/api/instances/act", &[("id", &red.server), ("verb", "rebuild"), ("image", &red.image)]),
        ann("/api/instances/act-on-all", &[("ids[]", &red.server), ("verb", "stop")]),
        ann("/api/instances/rename", &[("id", &red.server), ("name", "-new"), ("description", "d")]),
        ann("/api/instances/rename", &[("id", &red.server), ("name", "new"), ("description", "")]),
        ann("/api/instances/attach", &[("id", &red.server), ("place", &red.lone_network)]),
        ann("/api/instances/attach", &[("id", &red.server), ("place", &red.lone_network), ("fixed_ip", "10.1.0.77")]),
        ann("/api/instances/attach", &[("id", &red.server), ("place", &format!("port:{}", red.port))]),
        ann("/api/instances/detach", &[("id", &red.server), ("port", &red.server_port)]),
    ];
    verbs.into_iter().map(verb).chain(later).chain(others).collect()
}

fn launches(red: &Red) -> Vec<Sample> {
    let ann = |fields: &[(&str, &str)]| Sample::new(Who::Ann, "/api/launch", fields);
    let least = [("name", "web"), ("image", red.image.as_str()), ("flavor", red.flavor.as_str())];
    let with = |more: &[(&str, &str)]| ann(&[&least[..], more].concat());
    let mut chosen = with(&[("networks[]", &red.network), ("key", ":none")]);
    chosen.fields.push((format!("fixed_ips[on-{}]", red.network), "10.0.0.99".to_owned()));
    vec![
        with(&[("networks[]", &red.network)]),
        chosen,
        with(&[("ports[]", &red.port), ("key", &red.keypair), ("availability_zone", "nova")]),
        with(&[
            ("networks[]", &red.network),
            ("security_groups[]", "scarlet-open"),
            ("count", "2"),
            ("key", ":new"),
            ("new_key_name", "pasted"),
            ("new_public_key", KEY),
            ("user_data", "#cloud-config\npassword: hunter2\n"),
            ("config_drive", "true"),
            ("metadata", "role=it's \"web\"\ndb_password=s3cret"),
            ("description", "two ${of} them"),
        ]),
    ]
}

fn images(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let change = [("id", red.image.as_str()), ("name", "renamed"), ("visibility", "private")];
    let numbers = [("min_ram", "64"), ("min_disk", "1"), ("description", "for it's own sake")];
    vec![
        ann("/api/images/update", &[&change[..], &numbers].concat()),
        ann("/api/images/update", &[&change[..], &[("protected", "true")]].concat()),
        ann("/api/images/delete", &[("id", &red.queued_image)]),
        ann("/upload/images", &[("name", "up"), ("disk_format", "raw"), ("file", "[object File]")]),
        ann(
            "/upload/images",
            &[&[("name", "up"), ("disk_format", "raw"), ("protected", "true")], &numbers[..]].concat(),
        ),
    ]
}

fn networks(red: &Red) -> Vec<Sample> {
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

fn ports(red: &Red) -> Vec<Sample> {
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

fn routers(red: &Red, leg: &str) -> Vec<Sample> {
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

fn floating_ips(red: &Red) -> Vec<Sample> {
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

fn security_groups(red: &Red) -> Vec<Sample> {
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
        rule(&[("direction", "egress"), ("ethertype", "IPv6"), ("protocol", ""), ("description", "d")]),
        rule(&[("protocol", "udp"), ("port_min", "53"), ("remote_group_id", &red.security_group)]),
        ann("/api/security-groups/rules/delete", &[("id", &red.rule)]),
    ]
}
