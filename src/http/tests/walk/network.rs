//! The network service's lines of the table.

use serde_json::{Value, json};

use super::entry::For::{Administrators, Anybody, Everybody, Makers, Project};
use super::entry::{DELETE, Entry, GET, POST, PUT, entry};
use super::red::Red;
use super::world::HOST;

pub fn entries(red: &Red) -> Vec<Entry> {
    let mut entries = vec![
        entry(Everybody, GET, "/network"),
        entry(Everybody, GET, "/network/"),
        entry(Anybody, GET, "/network/v2.0"),
        entry(Anybody, GET, "/network/v2.0/"),
        entry(Anybody, GET, "/network/v2.0/extensions"),
        entry(Anybody, GET, "/network/v2.0/extensions/{alias}").at(&["router"]),
        entry(Anybody, GET, "/network/v2.0/availability_zones"),
        entry(Administrators, GET, "/network/v2.0/agents"),
        entry(Administrators, GET, "/network/v2.0/agents/{id}").at(&[&format!("agent-{HOST}")]),
        entry(Anybody, GET, "/network/v2.0/network-ip-availabilities"),
        entry(Project, GET, "/network/v2.0/network-ip-availabilities/{id}").at(&[&red.network]),
        entry(Project, POST, "/network/v2.0/reachability")
            .json(json!({ "reachability": {
                "from": { "port_id": red.port }, "to": { "address": "10.0.0.1" }, "protocol": "tcp", "port": 22,
            } }))
            .only_asks(),
    ];
    entries.extend(networks(red));
    entries.extend(routers(red));
    entries.extend(groups(red));
    entries.extend(limits(red));
    entries.extend(tags(red));
    entries
}

/// A collection's list, and how one of it is made for oneself.
fn collection(path: &str, one: &str, new: &Value) -> [Entry; 2] {
    let path = format!("/network/v2.0/{path}");
    [entry(Anybody, GET, &path), entry(Makers, POST, &path).json(json!({ one: new }))]
}

/// Looking at one, changing it, and deleting one.
fn resource(path: &str, one: &str, id: &str, change: &Value, spare: &str) -> [Entry; 3] {
    let path = format!("/network/v2.0/{path}/{{id}}");
    [
        entry(Project, GET, &path).at(&[id]),
        entry(Project, PUT, &path).at(&[id]).json(json!({ one: change })),
        entry(Project, DELETE, &path).at(&[spare]),
    ]
}

/// The same body, for project red whoever asks.
fn for_red(red: &Red, path: &str, one: &str, mut new: Value) -> Entry {
    new["project_id"] = json!(red.project);
    entry(Project, POST, &format!("/network/v2.0/{path}")).json(json!({ one: new }))
}

fn networks(red: &Red) -> Vec<Entry> {
    let network = json!({ "name": "scarlet-new", "admin_state_up": true, "port_security_enabled": true });
    let subnet = json!({
        "network_id": red.lone_network, "cidr": "10.7.0.0/24", "ip_version": 4, "gateway_ip": "10.7.0.1",
        "allocation_pools": [{ "start": "10.7.0.9", "end": "10.7.0.99" }], "dns_nameservers": ["192.0.2.53"],
        "host_routes": [{ "destination": "10.8.0.0/16", "nexthop": "10.7.0.2" }], "enable_dhcp": false,
    });
    let port = json!({
        "network_id": red.network, "name": "scarlet-new", "fixed_ips": [{ "ip_address": "10.0.0.77" }],
        "mac_address": "fa:16:3e:00:00:77", "security_groups": [red.security_group],
        "allowed_address_pairs": [{ "ip_address": "10.9.9.9" }],
    });
    let policy = json!({ "object_type": "network", "object_id": red.lone_network, "action": "access_as_shared",
        "target_tenant": red.green });
    let changed_port = json!({ "name": "scarlet-renamed", "fixed_ips": [{ "ip_address": "10.0.0.66" }] });
    let changed_subnet = json!({ "name": "scarlet-renamed", "gateway_ip": null, "dns_nameservers": ["192.0.2.53"] });
    let rename = json!({ "name": "scarlet-renamed" });
    let mut entries = Vec::new();
    entries.push(for_red(red, "networks", "network", network.clone()));
    entries.extend(collection("networks", "network", &network));
    entries.extend(collection("subnets", "subnet", &subnet));
    entries.extend(collection("ports", "port", &port));
    entries.extend(collection("rbac-policies", "rbac_policy", &policy));
    entries.extend(resource("networks", "network", &red.network, &rename, &red.lone_network));
    entries.extend(resource("subnets", "subnet", &red.lone_subnet, &changed_subnet, &red.lone_subnet));
    entries.extend(resource("ports", "port", &red.port, &changed_port, &red.port));
    entries.push(entry(Project, GET, "/network/v2.0/rbac-policies/{id}").at(&[&red.policy]));
    entries.push(entry(Project, DELETE, "/network/v2.0/rbac-policies/{id}").at(&[&red.policy]));
    entries
}

fn routers(red: &Red) -> Vec<Entry> {
    let router = json!({ "name": "scarlet-new", "admin_state_up": true,
        "external_gateway_info": { "network_id": red.outside, "enable_snat": true } });
    let floating = json!({ "floating_network_id": red.outside, "port_id": red.port, "description": "scarlet" });
    let routes = json!({ "router": { "routes": [{ "destination": "10.9.0.0/16", "nexthop": "10.0.0.9" }] } });
    let changed_router = json!({ "name": "scarlet-renamed", "external_gateway_info": null, "routes": [] });
    let associated = json!({ "port_id": red.port, "description": "scarlet" });
    let verb = |verb: &str, body: Value| {
        entry(Project, PUT, &format!("/network/v2.0/routers/{{id}}/{verb}")).at(&[&red.router]).json(body)
    };
    let mut entries = vec![
        for_red(red, "routers", "router", router.clone()),
        verb("add_router_interface", json!({ "subnet_id": red.lone_subnet })),
        verb("remove_router_interface", json!({ "subnet_id": red.subnet })),
        verb("add_extraroutes", routes.clone()),
        verb("remove_extraroutes", routes),
    ];
    entries.extend(collection("routers", "router", &router));
    entries.extend(collection("floatingips", "floatingip", &floating));
    entries.extend(resource("routers", "router", &red.router, &changed_router, &red.spare_router));
    entries.extend(resource("floatingips", "floatingip", &red.floating_ip, &associated, &red.floating_ip));
    entries
}

fn groups(red: &Red) -> Vec<Entry> {
    let group = json!({ "name": "scarlet-new", "description": "scarlet" });
    let rule = json!({
        "security_group_id": red.security_group, "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp",
        "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "192.0.2.0/24", "description": "scarlet",
    });
    let rename = json!({ "name": "scarlet-renamed" });
    let rules = "/network/v2.0/security-group-rules/{id}";
    let mut entries = vec![
        for_red(red, "security-groups", "security_group", group.clone()),
        entry(Project, GET, rules).at(&[&red.rule]),
        entry(Project, DELETE, rules).at(&[&red.rule]),
    ];
    entries.extend(collection("security-groups", "security_group", &group));
    entries.extend(collection("security-group-rules", "security_group_rule", &rule));
    let (used, spare) = (&red.security_group, &red.spare_security_group);
    entries.extend(resource("security-groups", "security_group", used, &rename, spare));
    entries
}

fn limits(red: &Red) -> Vec<Entry> {
    let quotas = "/network/v2.0/quotas/{project}";
    let below = ["details", "details.json", "default"]
        .map(|below| entry(Project, GET, &format!("/network/v2.0/quotas/{{project}}/{below}")).at(&[&red.project]));
    let mut entries = vec![
        entry(Project, GET, quotas).at(&[&red.project]),
        entry(Administrators, PUT, quotas).at(&[&red.project]).json(json!({ "quota": { "network": 7 } })),
        entry(Administrators, DELETE, quotas).at(&[&red.project]),
    ];
    entries.extend(below);
    entries
}

/// One route for the tags of six kinds of things, each of which has to be looked up in its own way.
fn tags(red: &Red) -> Vec<Entry> {
    let (tags, tag) = ("/network/v2.0/{collection}/{id}/tags", "/network/v2.0/{collection}/{id}/tags/{tag}");
    let tagged = [
        ("networks", &red.network),
        ("subnets", &red.subnet),
        ("ports", &red.port),
        ("routers", &red.router),
        ("floatingips", &red.floating_ip),
        ("security-groups", &red.security_group),
    ];
    let lines = |(collection, id): (&str, &String)| {
        [
            entry(Project, GET, tags).at(&[collection, id]),
            entry(Project, PUT, tags).at(&[collection, id]).json(json!({ "tags": ["scarlet-new"] })),
            entry(Project, DELETE, tags).at(&[collection, id]),
            entry(Project, GET, tag).at(&[collection, id, "scarlet"]),
            entry(Project, PUT, tag).at(&[collection, id, "scarlet-new"]),
            entry(Project, DELETE, tag).at(&[collection, id, "scarlet"]),
        ]
    };
    tagged.into_iter().flat_map(lines).collect()
}
