//! Compute's lines of the table, under both of its names.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::entry::For::{Administrators, Anybody, Everybody, Makers, Person, Project};
use super::entry::{DELETE, Entry, GET, POST, PUT, entry};
use super::red::Red;
use super::world::HOST;

const CONFLICT: StatusCode = StatusCode::CONFLICT;

pub fn entries(red: &Red) -> Vec<Entry> {
    let mut entries = versions();
    let parts = [
        servers(red),
        actions(red),
        of_server(red),
        server_groups(red),
        flavors(red),
        keypairs(red),
        limits(red),
        hosts(red),
        aggregates(),
    ];
    let named: Vec<Entry> = parts.into_iter().flatten().collect();
    let is_first = |entry: &&Entry| entry.version.is_none() || !named.iter().any(|other| precedes(other, entry));
    entries.extend(named.iter().filter(is_first).map(by_old_name));
    entries.extend(named);
    entries
}

/// Whether `other` is what the first microversion has in place of `entry`.
fn precedes(other: &Entry, entry: &Entry) -> bool {
    other.version.is_none() && (&other.method, &other.route) == (&entry.method, &entry.route)
}

fn by_old_name(entry: &Entry) -> Entry {
    let old = |path: &str| path.replacen("/compute/v2.1/", "/compute/v2/", 1);
    let mut entry = Entry { route: old(&entry.route), address: old(&entry.address), ..entry.clone() };
    // There are no microversions under the old name, so what came with one is not there.
    if entry.version.take().is_some() {
        entry.status = Some(StatusCode::NOT_FOUND);
    }
    entry
}

fn versions() -> Vec<Entry> {
    let paths = ["/compute", "/compute/", "/compute/v2", "/compute/v2/", "/compute/v2.1", "/compute/v2.1/"];
    paths.iter().map(|path| entry(Everybody, GET, path)).collect()
}

fn servers(red: &Red) -> Vec<Entry> {
    let wanted = json!({
        "name": "scarlet-new", "flavorRef": red.flavor, "imageRef": red.image, "key_name": red.keypair,
        "networks": [{ "uuid": red.network }], "security_groups": [{ "name": red.security_group }],
        "metadata": { "scarlet": "new" }, "min_count": 1, "max_count": 1, "availability_zone": "nova",
    });
    vec![
        entry(Anybody, GET, "/compute/v2.1/servers"),
        entry(Anybody, GET, "/compute/v2.1/servers/detail"),
        entry(Makers, POST, "/compute/v2.1/servers").json(json!({ "server": wanted })),
        entry(Project, GET, "/compute/v2.1/servers/{id}").at(&[&red.server]),
        entry(Project, PUT, "/compute/v2.1/servers/{id}")
            .at(&[&red.server])
            .json(json!({ "server": { "name": "scarlet-renamed", "accessIPv4": "192.0.2.1" } })),
        entry(Project, DELETE, "/compute/v2.1/servers/{id}").at(&[&red.server]),
    ]
}

fn actions(red: &Red) -> Vec<Entry> {
    let act = |body: Value| entry(Project, POST, "/compute/v2.1/servers/{id}/action").at(&[&red.server]).json(body);
    vec![
        act(json!({ "createImage": { "name": "scarlet-image" } })),
        act(json!({ "os-stop": null })),
        act(json!({ "pause": null })),
        act(json!({ "suspend": null })),
        act(json!({ "reboot": { "type": "SOFT" } })),
        act(json!({ "rebuild": { "imageRef": red.image, "name": "scarlet-rebuilt", "metadata": { "scarlet": "x" } } })),
        act(json!({ "lock": null })),
        act(json!({ "unlock": null })),
        act(json!({ "addSecurityGroup": { "name": red.spare_security_group } })),
        act(json!({ "removeSecurityGroup": { "name": red.security_group } })),
        act(json!({ "forceDelete": null })),
        act(json!({ "os-getVNCConsole": { "type": "novnc" } })),
        act(json!({ "os-getConsoleOutput": { "length": 10 } })).only_asks(),
        // It runs, so there is nothing to start, and nothing to have back.
        act(json!({ "os-start": null })).answers(CONFLICT),
        act(json!({ "unpause": null })).answers(CONFLICT),
        act(json!({ "resume": null })).answers(CONFLICT),
        act(json!({ "restore": null })).answers(CONFLICT),
    ]
}

/// What hangs on a server.
fn of_server(red: &Red) -> Vec<Entry> {
    let line = |method: Method, below: &str, values: &[&str]| {
        let values: Vec<&str> = [red.server.as_str()].into_iter().chain(values.iter().copied()).collect();
        entry(Project, method, &format!("/compute/v2.1/servers/{{id}}/{below}")).at(&values)
    };
    vec![
        line(GET, "metadata", &[]),
        line(PUT, "metadata", &[]).json(json!({ "metadata": { "scarlet": "2" } })),
        line(POST, "metadata", &[]).json(json!({ "metadata": { "scarlet": "2" } })),
        line(GET, "metadata/{key}", &["scarlet"]),
        line(PUT, "metadata/{key}", &["scarlet"]).json(json!({ "meta": { "scarlet": "2" } })),
        line(DELETE, "metadata/{key}", &["scarlet"]),
        line(GET, "ips", &[]),
        line(GET, "ips/{network}", &["scarlet-net"]),
        line(GET, "tags", &[]).since("2.26"),
        line(PUT, "tags", &[]).since("2.26").json(json!({ "tags": ["scarlet-new"] })),
        line(DELETE, "tags", &[]).since("2.26"),
        line(GET, "tags/{tag}", &["scarlet"]).since("2.26"),
        line(PUT, "tags/{tag}", &["scarlet-new"]).since("2.26"),
        line(DELETE, "tags/{tag}", &["scarlet"]).since("2.26"),
        line(POST, "remote-consoles", &[])
            .since("2.6")
            .json(json!({ "remote_console": { "protocol": "vnc", "type": "novnc" } })),
        line(GET, "os-instance-actions", &[]),
        line(GET, "os-instance-actions/{request}", &[&red.launch]),
        line(GET, "os-interface", &[]),
        line(POST, "os-interface", &[]).json(json!({ "interfaceAttachment": { "net_id": red.network } })),
        line(GET, "os-interface/{port}", &[&red.server_port]),
        line(DELETE, "os-interface/{port}", &[&red.server_port]),
        line(GET, "os-security-groups", &[]),
        line(GET, "os-volume_attachments", &[]),
        line(POST, "os-volume_attachments", &[]).json(json!({ "volumeAttachment": { "volumeId": red.volume } })),
        line(GET, "os-volume_attachments/{volume}", &[&red.attached_volume]),
        line(PUT, "os-volume_attachments/{volume}", &[&red.attached_volume])
            .since("2.85")
            .json(json!({ "volumeAttachment": { "volumeId": red.attached_volume, "delete_on_termination": true } })),
        line(DELETE, "os-volume_attachments/{volume}", &[&red.attached_volume]),
    ]
}

fn server_groups(red: &Red) -> Vec<Entry> {
    let groups = "/compute/v2.1/os-server-groups";
    let new = json!({ "server_group": { "name": "scarlet-new", "policies": ["anti-affinity"] } });
    vec![
        entry(Anybody, GET, groups),
        entry(Makers, POST, groups).json(new),
        entry(Project, GET, "/compute/v2.1/os-server-groups/{id}").at(&[&red.server_group]),
        entry(Project, DELETE, "/compute/v2.1/os-server-groups/{id}").at(&[&red.server_group]),
    ]
}

fn flavors(red: &Red) -> Vec<Entry> {
    let flavor = "/compute/v2.1/flavors/{id}";
    let specs = "/compute/v2.1/flavors/{id}/os-extra_specs";
    let spec = "/compute/v2.1/flavors/{id}/os-extra_specs/{key}";
    let new = json!({ "name": "scarlet-new", "id": "9", "ram": 64, "vcpus": 1, "disk": 1, "swap": 0,
        "os-flavor-access:is_public": false });
    vec![
        entry(Anybody, GET, "/compute/v2.1/flavors"),
        entry(Anybody, GET, "/compute/v2.1/flavors/detail"),
        entry(Administrators, POST, "/compute/v2.1/flavors").json(json!({ "flavor": new })),
        // Those of a flavor that red alone may use.
        entry(Project, GET, flavor).at(&[&red.flavor]),
        entry(Administrators, PUT, flavor)
            .at(&[&red.flavor])
            .since("2.55")
            .json(json!({ "flavor": { "description": "scarlet" } })),
        entry(Administrators, DELETE, flavor).at(&[&red.flavor]),
        entry(Administrators, POST, "/compute/v2.1/flavors/{id}/action")
            .at(&[&red.flavor])
            .json(json!({ "addTenantAccess": { "tenant": red.green } })),
        entry(Administrators, GET, "/compute/v2.1/flavors/{id}/os-flavor-access").at(&[&red.flavor]),
        entry(Project, GET, specs).at(&[&red.flavor]),
        entry(Administrators, POST, specs)
            .at(&[&red.flavor])
            .json(json!({ "extra_specs": { "hw:cpu_policy": "shared" } })),
        entry(Project, GET, spec).at(&[&red.flavor, "scarlet"]),
        entry(Administrators, PUT, spec).at(&[&red.flavor, "scarlet"]).json(json!({ "scarlet": "2" })),
        entry(Administrators, DELETE, spec).at(&[&red.flavor, "scarlet"]),
    ]
}

/// Key pairs belong to people; members alone make and delete them.
fn keypairs(red: &Red) -> Vec<Entry> {
    vec![
        entry(Anybody, GET, "/compute/v2.1/os-keypairs"),
        entry(Person, GET, "/compute/v2.1/os-keypairs").since("2.10").query(&format!("user_id={}", red.ann)),
        entry(Makers, POST, "/compute/v2.1/os-keypairs").json(json!({ "keypair": { "name": "scarlet-new" } })),
        entry(Person, POST, "/compute/v2.1/os-keypairs")
            .since("2.10")
            .json(json!({ "keypair": { "name": "scarlet-new", "type": "ssh", "user_id": red.ann } })),
        entry(Person, GET, "/compute/v2.1/os-keypairs/{name}").at(&[&red.keypair]),
        entry(Person, DELETE, "/compute/v2.1/os-keypairs/{name}").at(&[&red.keypair]),
    ]
}

fn limits(red: &Red) -> Vec<Entry> {
    let set = "/compute/v2.1/os-quota-sets/{project}";
    vec![
        entry(Anybody, GET, "/compute/v2.1/limits"),
        entry(Project, GET, set).at(&[&red.project]),
        entry(Administrators, PUT, set)
            .at(&[&red.project])
            .json(json!({ "quota_set": { "cores": 5, "instances": "4", "force": true } })),
        entry(Administrators, DELETE, set).at(&[&red.project]),
        // The same for every project that nobody set limits for.
        entry(Anybody, GET, "/compute/v2.1/os-quota-sets/{project}/defaults").at(&["any"]),
        entry(Project, GET, "/compute/v2.1/os-quota-sets/{project}/detail").at(&[&red.project]),
        entry(Administrators, GET, "/compute/v2.1/os-simple-tenant-usage"),
        entry(Project, GET, "/compute/v2.1/os-simple-tenant-usage/{project}").at(&[&red.project]),
        entry(Anybody, GET, "/compute/v2.1/extensions"),
        entry(Anybody, GET, "/compute/v2.1/extensions/{alias}").at(&["os-keypairs"]),
    ]
}

fn hosts(red: &Red) -> Vec<Entry> {
    vec![
        entry(Anybody, GET, "/compute/v2.1/os-availability-zone"),
        entry(Administrators, GET, "/compute/v2.1/os-availability-zone/detail"),
        entry(Administrators, GET, "/compute/v2.1/os-hosts"),
        entry(Administrators, GET, "/compute/v2.1/os-hosts/{host}").at(&[HOST]),
        entry(Administrators, GET, "/compute/v2.1/os-hypervisors"),
        entry(Administrators, GET, "/compute/v2.1/os-hypervisors/detail"),
        entry(Administrators, GET, "/compute/v2.1/os-hypervisors/statistics"),
        entry(Administrators, GET, "/compute/v2.1/os-hypervisors/{id}").at(&["1"]),
        entry(Administrators, GET, "/compute/v2.1/os-services"),
        entry(Administrators, PUT, "/compute/v2.1/os-services/{id}")
            .at(&["disable"])
            .json(json!({ "host": HOST, "binary": "nova-compute" })),
        entry(Administrators, PUT, "/compute/v2.1/os-services/{id}")
            .at(&[&red.compute_service])
            .since("2.53")
            .json(json!({ "status": "disabled", "disabled_reason": "scarlet" })),
        // Its agent is there.
        entry(Administrators, DELETE, "/compute/v2.1/os-services/{id}").at(&[&red.compute_service]).answers(CONFLICT),
    ]
}

fn aggregates() -> Vec<Entry> {
    let one = |method: Method| entry(Administrators, method, "/compute/v2.1/os-aggregates/{id}").at(&["1"]);
    let act =
        |body: Value| entry(Administrators, POST, "/compute/v2.1/os-aggregates/{id}/action").at(&["1"]).json(body);
    vec![
        entry(Administrators, GET, "/compute/v2.1/os-aggregates"),
        entry(Administrators, POST, "/compute/v2.1/os-aggregates")
            .json(json!({ "aggregate": { "name": "scarlet-new", "availability_zone": "scarlet" } })),
        one(GET),
        one(PUT).json(json!({ "aggregate": { "name": "scarlet-renamed" } })),
        one(DELETE),
        act(json!({ "add_host": { "host": HOST } })),
        act(json!({ "set_metadata": { "metadata": { "scarlet": "1" } } })),
        // It has none.
        act(json!({ "remove_host": { "host": HOST } })).answers(StatusCode::NOT_FOUND),
    ]
}
