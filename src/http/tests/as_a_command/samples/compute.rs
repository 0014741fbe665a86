//! Forms of flavors, hosts, instances and images.

use super::{KEY, Sample};
use crate::http::tests::walk::entry::Who;
use crate::http::tests::walk::red::Red;
use crate::http::tests::walk::world::HOST;

pub fn flavors_and_hosts(red: &Red) -> Vec<Sample> {
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

pub fn instances(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let verbs = ["stop", "reboot", "hard_reboot", "pause", "suspend", "rebuild", "createImage", "delete"];
    let verb = |verb| ann("/api/instances/act", &[("id", &red.server), ("verb", verb)]);
    let later = ["start", "unpause", "resume"].map(|word| Sample { may_conflict: true, ..verb(word) });
    let others = [
        ann("/api/instances/act", &[("id", &red.server), ("verb", "rebuild"), ("image", &red.image)]),
        ann("/api/instances/act-on-all", &[("ids[]", &red.server), ("verb", "stop")]),
        ann("/api/instances/rename", &[("id", &red.server), ("name", "-new"), ("description", "d")]),
        ann("/api/instances/rename", &[("id", &red.server), ("name", "new"), ("description", "")]),
        ann("/api/instances/create-image", &[("id", &red.server), ("name", "-it's golden")]),
        ann("/api/instances/attach", &[("id", &red.server), ("place", &red.lone_network)]),
        ann("/api/instances/attach", &[("id", &red.server), ("place", &red.lone_network), ("fixed_ip", "10.1.0.77")]),
        ann("/api/instances/attach", &[("id", &red.server), ("place", &format!("port:{}", red.port))]),
        ann("/api/instances/detach", &[("id", &red.server), ("port", &red.server_port)]),
    ];
    verbs.into_iter().map(verb).chain(later).chain(others).collect()
}

pub fn launches(red: &Red) -> Vec<Sample> {
    let ann = |fields: &[(&str, &str)]| Sample::new(Who::Ann, "/api/launch", fields);
    let least = [("name", "web"), ("image", red.image.as_str()), ("flavor", red.flavor.as_str())];
    let with = |more: &[(&str, &str)]| ann(&[&least[..], more].concat());
    let of_volume = |source: &str| {
        ann(&[("name", "web"), ("image", source), ("flavor", &red.flavor), ("networks[]", &red.network)])
    };
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
        with(&[("networks[]", &red.network), ("server_group", &red.server_group)]),
        with(&[("networks[]", &red.network), ("on_volume", "true"), ("volume_size", "2"), ("delete_volume", "true")]),
        of_volume(&format!("snapshot:{}", red.snapshot)),
        of_volume(&format!("volume:{}", red.volume)),
    ]
}

pub fn server_groups(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let new =
        |policy, most| ann("/api/server-groups/create", &[("name", "web"), ("policy", policy), ("max_per_host", most)]);
    vec![
        new("anti-affinity", "2"),
        new("soft-affinity", ""),
        ann("/api/server-groups/delete", &[("id", &red.server_group)]),
    ]
}

pub fn images(red: &Red) -> Vec<Sample> {
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
            &[
                ("name", "up"),
                ("disk_format", "raw"),
                ("source", "address"),
                ("uri", "https://images.example/disk.raw?a=1&b=2"),
            ],
        ),
        ann(
            "/upload/images",
            &[&[("name", "up"), ("disk_format", "raw"), ("protected", "true")], &numbers[..]].concat(),
        ),
    ]
}
