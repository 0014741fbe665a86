//! The network API: routers, floating IPs, changes, limits.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Front;
use crate::control::Ctx;

/// Somebody who asks.
struct Caller<'f> {
    front: &'f Front,
    ctx: Ctx,
}

impl Caller<'_> {
    async fn ask(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let token = [("x-auth-token", self.ctx.token.as_str())];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.front.send(method, &format!("/network/v2.0/{path}"), &token, body).await;
        let json = if answer.body.is_empty() { Value::Null } else { answer.json() };
        (answer.status, json)
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// Makes one, and gives it.
    async fn make(&self, list: &str, one: &str, body: Value) -> Value {
        let (status, answer) = self.ask(Method::POST, list, json!({ one: body })).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        answer[one].clone()
    }

    async fn put(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.ask(Method::PUT, path, body).await
    }

    async fn delete(&self, path: &str) -> (StatusCode, Value) {
        self.ask(Method::DELETE, path, Value::Null).await
    }
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("an id")
}

fn refusal((status, body): (StatusCode, Value)) -> (u16, String) {
    (status.as_u16(), body["NeutronError"]["type"].as_str().unwrap_or_default().to_owned())
}

async fn outside(root: &Caller<'_>) -> Value {
    let network = json!({ "name": "outside", "router:external": true });
    let network = root.make("networks", "network", network).await;
    let subnet = json!({ "network_id": id(&network), "cidr": "203.0.113.0/24", "ip_version": 4, "enable_dhcp": false });
    root.make("subnets", "subnet", subnet).await;
    network
}

#[tokio::test]
async fn a_router_and_a_floating_ip_make_the_round() {
    let front = Front::new().await;
    let root = Caller { front: &front, ctx: front.cloud.person("root", "admin", "admin").await };
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let out = outside(&root).await;
    let network = ann.make("networks", "network", json!({ "name": "inner" })).await;
    let subnet = json!({ "network_id": id(&network), "cidr": "10.0.0.0/24", "ip_version": 4 });
    let subnet = ann.make("subnets", "subnet", subnet).await;
    let port = ann.make("ports", "port", json!({ "network_id": id(&network) })).await;

    let router = ann.make("routers", "router", json!({ "name": "r", "admin_state_up": true })).await;
    assert_eq!((&router["external_gateway_info"], &router["routes"]), (&Value::Null, &json!([])));
    let path = format!("routers/{}", id(&router));
    let gateway = json!({ "router": { "external_gateway_info": { "network_id": id(&out) } } });
    let (status, changed) = ann.put(&path, gateway).await;
    let gateway = &changed["router"]["external_gateway_info"];
    assert_eq!((status, &gateway["enable_snat"]), (StatusCode::OK, &json!(true)), "{changed}");
    assert_eq!(gateway["external_fixed_ips"][0]["ip_address"], "203.0.113.2");

    let by_subnet = json!({ "subnet_id": id(&subnet) });
    let (status, interface) = ann.put(&format!("{path}/add_router_interface"), by_subnet.clone()).await;
    assert_eq!((status, id(&interface)), (StatusCode::OK, id(&router)), "{interface}");
    assert_eq!(interface["subnet_ids"], json!([id(&subnet)]));
    let ports = ann.get(&format!("ports?device_id={}&device_owner=network:router_interface", id(&router))).await;
    assert_eq!(ports["ports"][0]["fixed_ips"][0]["ip_address"], "10.0.0.1");
    let routes = json!({ "router": { "routes": [{ "destination": "10.9.0.0/16", "nexthop": "10.0.0.9" }] } });
    let (_, routed) = ann.put(&format!("{path}/add_extraroutes"), routes.clone()).await;
    assert_eq!(routed["router"]["routes"], routes["router"]["routes"]);
    assert_eq!(refusal(ann.put(&format!("{path}/remove_router_interface"), by_subnet.clone()).await).0, 409);
    let (_, routed) = ann.put(&format!("{path}/remove_extraroutes"), routes).await;
    assert_eq!(routed["router"]["routes"], json!([]));

    let wanted = json!({ "floating_network_id": id(&out), "port_id": id(&port), "description": "web" });
    let floating = ann.make("floatingips", "floatingip", wanted).await;
    assert_eq!((&floating["floating_ip_address"], &floating["status"]), (&json!("203.0.113.3"), &json!("ACTIVE")));
    assert_eq!((&floating["fixed_ip_address"], &floating["router_id"]), (&json!("10.0.0.3"), &json!(id(&router))));
    let found = ann.get("floatingips?floating_ip_address=203.0.113.3&fields=id").await;
    assert_eq!(found["floatingips"], json!([{ "id": id(&floating) }]));
    assert_eq!(refusal(ann.delete(&path).await), (409, "RouterInUse".into()));
    let without = json!({ "router": { "external_gateway_info": {} } });
    assert_eq!(refusal(ann.put(&path, without.clone()).await), (409, "RouterInUse".into()));

    let its_path = format!("floatingips/{}", id(&floating));
    let (_, kept) = ann.put(&its_path, json!({ "floatingip": { "description": "db" } })).await;
    assert_eq!((&kept["floatingip"]["port_id"], &kept["floatingip"]["description"]), (&port["id"], &json!("db")));
    let (_, loose) = ann.put(&its_path, json!({ "floatingip": { "port_id": null } })).await;
    assert_eq!((&loose["floatingip"]["port_id"], &loose["floatingip"]["status"]), (&Value::Null, &json!("DOWN")));
    assert_eq!(ann.delete(&its_path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(refusal(ann.delete(&its_path).await), (404, "FloatingIPNotFound".into()));
    assert_eq!(ann.put(&path, without).await.1["router"]["external_gateway_info"], Value::Null);
    assert_eq!(ann.put(&format!("{path}/remove_router_interface"), by_subnet.clone()).await.0, StatusCode::OK);
    let again = refusal(ann.put(&format!("{path}/remove_router_interface"), by_subnet).await);
    assert_eq!(again, (404, "RouterInterfaceNotFound".into()));
    assert_eq!(ann.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ann.get("routers").await["routers"], json!([]));
}

#[tokio::test]
async fn networks_subnets_and_groups_change() {
    let front = Front::new().await;
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let network = ann.make("networks", "network", json!({ "name": "inner" })).await;
    let subnet = json!({ "network_id": id(&network), "cidr": "10.0.0.0/24", "ip_version": 4 });
    let subnet = ann.make("subnets", "subnet", subnet).await;
    let change = json!({ "network": { "admin_state_up": false, "port_security_enabled": false, "name": "x" } });
    let (status, changed) = ann.put(&format!("networks/{}", id(&network)), change).await;
    let changed = &changed["network"];
    assert_eq!((status, &changed["status"], &changed["name"]), (StatusCode::OK, &json!("DOWN"), &json!("x")));
    assert_eq!(changed["port_security_enabled"], false);
    let share = json!({ "network": { "shared": true } });
    let refused = refusal(ann.put(&format!("networks/{}", id(&network)), share).await);
    assert_eq!(refused, (403, "PolicyNotAuthorized".into()));

    let path = format!("subnets/{}", id(&subnet));
    let change = json!({ "subnet": { "gateway_ip": null, "dns_nameservers": ["9.9.9.9"], "enable_dhcp": false } });
    let (status, changed) = ann.put(&path, change).await;
    let changed = &changed["subnet"];
    assert_eq!(
        (status, &changed["gateway_ip"], &changed["enable_dhcp"]),
        (StatusCode::OK, &Value::Null, &json!(false))
    );
    assert_eq!(changed["dns_nameservers"], json!(["9.9.9.9"]));
    let usage = ann.get(&format!("network-ip-availabilities/{}", id(&network))).await;
    let usage = &usage["network_ip_availability"];
    assert_eq!((&usage["total_ips"], &usage["used_ips"]), (&json!(254), &json!(0)));
    assert_eq!(usage["subnet_ip_availability"][0]["cidr"], "10.0.0.0/24");

    let group = ann.make("security-groups", "security_group", json!({ "name": "ssh" })).await;
    let change = json!({ "security_group": { "description": "let in" } });
    let (status, changed) = ann.put(&format!("security-groups/{}", id(&group)), change).await;
    assert_eq!((status, &changed["security_group"]["name"]), (StatusCode::OK, &json!("ssh")));
    assert_eq!(changed["security_group"]["description"], "let in");
}

#[tokio::test]
async fn a_rule_that_says_the_same_in_other_words_is_there_already() {
    let front = Front::new().await;
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let group = ann.make("security-groups", "security_group", json!({ "name": "ssh" })).await;
    let rule = |protocol: &str, prefix: Value| {
        json!({ "security_group_id": id(&group), "direction": "ingress", "protocol": protocol,
            "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": prefix })
    };
    let made = ann.make("security-group-rules", "security_group_rule", rule("tcp", Value::Null)).await;
    assert_eq!(made.get("tags"), None);
    let again = json!({ "security_group_rule": rule("6", json!("0.0.0.0/0")) });
    let (status, body) = ann.ask(Method::POST, "security-group-rules", again).await;
    assert!(body["NeutronError"]["message"].as_str().unwrap().contains("Security group rule already exists"), "{body}");
    assert_eq!(refusal((status, body)), (409, "SecurityGroupRuleExists".into()));
    ann.make("security-group-rules", "security_group_rule", rule("tcp", json!("10.0.0.0/8"))).await;
}

#[tokio::test]
async fn limits_are_shown_set_by_administrators_and_forgotten() {
    let front = Front::new().await;
    let root = Caller { front: &front, ctx: front.cloud.person("root", "admin", "admin").await };
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let eve = Caller { front: &front, ctx: front.cloud.person("eve", "blue", "member").await };
    let path = format!("quotas/{}", ann.ctx.project_id);
    assert_eq!(ann.get(&path).await["quota"]["router"], 10);
    assert_eq!(refusal(eve.ask(Method::GET, &path, Value::Null).await).0, 404);
    let less = json!({ "quota": { "router": 0, "floatingip": 7 } });
    assert_eq!(refusal(ann.put(&path, less.clone()).await), (403, "PolicyNotAuthorized".into()));
    let (status, set) = root.put(&path, less).await;
    assert_eq!((status, &set["quota"]["router"], &set["quota"]["network"]), (StatusCode::OK, &json!(0), &json!(100)));
    let half = json!({ "quota": { "network": 1, "subnet": -7 } });
    assert_eq!(refusal(root.put(&path, half).await).0, 400);
    let unknown = json!({ "quota": { "subnetpool": 1 } });
    assert_eq!(refusal(root.put(&path, unknown).await).0, 400);
    let as_it_is = json!({ "quota": { "subnetpool": 0, "rbac_policy": -1 } });
    assert_eq!(root.put(&path, as_it_is).await.0, StatusCode::OK);
    let details = ann.get(&format!("{path}/details.json")).await;
    assert_eq!(details["quota"]["network"], json!({ "limit": 100, "used": 0, "reserved": 0 }), "not half a change");
    let over = ann.ask(Method::POST, "routers", json!({ "router": { "name": "r" } })).await;
    assert_eq!(refusal(over), (409, "OverQuota".into()));
    assert_eq!(root.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ann.get(&path).await["quota"], ann.get(&format!("{path}/default")).await["quota"]);
}

#[tokio::test]
async fn extensions_are_those_that_are_here() {
    let front = Front::new().await;
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let all = ann.get("extensions").await;
    let aliases: Vec<&str> =
        all["extensions"].as_array().unwrap().iter().map(|extension| extension["alias"].as_str().unwrap()).collect();
    assert!(aliases.contains(&"router") && !aliases.contains(&"dvr"), "{aliases:?}");
    assert_eq!(ann.get("extensions/router").await["extension"]["alias"], "router");
    let token = [("x-auth-token", ann.ctx.token.as_str())];
    assert_eq!(front.get("/network/v2.0/extensions/dvr", &token).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn several_are_made_at_once_or_none() {
    let front = Front::new().await;
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let both = json!({ "networks": [{ "name": "a" }, { "name": "b" }] });
    let (status, made) = ann.ask(Method::POST, "networks", both).await;
    let made = made["networks"].as_array().unwrap().clone();
    assert_eq!((status, made.len(), &made[1]["name"]), (StatusCode::CREATED, 2, &json!("b")));
    let subnet = |cidr: &str| json!({ "network_id": id(&made[0]), "cidr": cidr, "ip_version": 4 });
    let overlapping = json!({ "subnets": [subnet("10.0.0.0/24"), subnet("10.0.0.128/25")] });
    let (status, refused) = ann.ask(Method::POST, "subnets", overlapping).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(refused["NeutronError"]["message"].as_str().unwrap().contains("overlaps with another subnet"), "{refused}");
    assert_eq!(ann.get("subnets").await["subnets"], json!([]), "the first of them is not there either");
    let ports = json!({ "ports": [{ "network_id": id(&made[0]) }, { "network_id": id(&made[1]), "fixed_ips": [] }] });
    let (status, ports) = ann.ask(Method::POST, "ports", ports).await;
    assert_eq!((status, &ports["ports"][0]["fixed_ips"]), (StatusCode::CREATED, &json!([])), "{ports}");
    let neither = ann.ask(Method::POST, "networks", json!({ "nets": [] })).await;
    assert_eq!(refusal(neither), (400, "HTTPBadRequest".into()));
}

#[tokio::test]
async fn lists_are_sorted_paged_and_filtered() {
    let front = Front::new().await;
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    for name in ["b", "c", "a"] {
        ann.make("networks", "network", json!({ "name": name })).await;
    }
    let names = |answer: &Value| -> Vec<String> {
        answer["networks"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = ann.get("networks?sort_key=name&sort_dir=desc&limit=2").await;
    assert_eq!(names(&first), ["c", "b"]);
    let link = |answer: &Value, rel: &str| {
        let links = answer["networks_links"].as_array().cloned().unwrap_or_default();
        let found = links.into_iter().find(|link| link["rel"] == rel)?;
        Some(found["href"].as_str().unwrap().split("/v2.0/").nth(1).unwrap().to_owned())
    };
    assert_eq!(link(&first, "previous"), None);
    let second = ann.get(&link(&first, "next").expect("more")).await;
    assert_eq!((names(&second), link(&second, "next")), (vec!["a".to_owned()], None));
    assert_eq!(names(&ann.get(&link(&second, "previous").expect("fewer")).await), ["c", "b"]);
    for bad in ["sort_key=subnets", "sort_dir=up&sort_key=name", "limit=-1", "limit=x"] {
        assert_eq!(refusal(ann.ask(Method::GET, &format!("networks?{bad}"), Value::Null).await).0, 400, "{bad}");
    }
    let lost = ann.ask(Method::GET, "networks?marker=nobody", Value::Null).await;
    assert_eq!(refusal(lost), (404, "NetworkNotFound".into()));

    let network = &ann.get("networks?name=a").await["networks"][0];
    let subnet = json!({ "network_id": id(network), "cidr": "10.0.0.0/24", "ip_version": 4 });
    let subnet = ann.make("subnets", "subnet", subnet).await;
    let fixed = json!([{ "subnet_id": id(&subnet), "ip_address": "10.0.0.77" }]);
    let port = ann.make("ports", "port", json!({ "network_id": id(network), "fixed_ips": fixed })).await;
    for by in ["ip_address=10.0.0.77", "ip_address_substr=0.77"] {
        let found = ann.get(&format!("ports?fields=id&fixed_ips={by}")).await;
        assert_eq!(found["ports"], json!([{ "id": id(&port) }]), "{by}");
    }
    let shown = ann.get(&format!("ports/{}?fields=id&fields=mac_address", id(&port))).await;
    assert_eq!(shown["port"], json!({ "id": id(&port), "mac_address": port["mac_address"] }));
}

#[tokio::test]
async fn tags_and_revisions_follow_every_change() {
    let front = Front::new().await;
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let reader = Caller { front: &front, ctx: front.cloud.person("ray", "red", "reader").await };
    let network = ann.make("networks", "network", json!({ "name": "n" })).await;
    let path = format!("networks/{}", id(&network));
    assert_eq!((&network["revision_number"], &network["tags"]), (&json!(1), &json!([])));
    let (status, tags) = ann.put(&format!("{path}/tags"), json!({ "tags": ["red", "blue"] })).await;
    assert_eq!((status, &tags["tags"]), (StatusCode::OK, &json!(["blue", "red"])));
    assert_eq!(ann.put(&format!("{path}/tags/big"), Value::Null).await.0, StatusCode::CREATED);
    assert_eq!(ann.ask(Method::GET, &format!("{path}/tags/big"), Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(reader.put(&format!("{path}/tags/small"), Value::Null).await.0, StatusCode::FORBIDDEN);
    let shown = ann.get(&path).await;
    assert_eq!(shown["network"]["tags"], json!(["big", "blue", "red"]));
    assert_eq!(shown["network"]["revision_number"], 3);
    for (query, found) in [
        ("tags=red,blue", 1),
        ("tags=red,green", 0),
        ("tags-any=red,green", 1),
        ("not-tags=red,blue", 0),
        ("not-tags=red,green", 1),
        ("not-tags-any=red,green", 0),
    ] {
        let networks = ann.get(&format!("networks?{query}")).await;
        assert_eq!(networks["networks"].as_array().unwrap().len(), found, "{query}");
    }
    assert_eq!(ann.delete(&format!("{path}/tags/big")).await.0, StatusCode::NO_CONTENT);
    assert_eq!(refusal(ann.delete(&format!("{path}/tags/big")).await).0, 404);
    assert_eq!(ann.delete(&format!("{path}/tags")).await.0, StatusCode::NO_CONTENT);

    let revision = ann.get(&path).await["network"]["revision_number"].as_i64().unwrap();
    let rename = json!({ "network": { "name": "m" } }).to_string();
    let change = async |condition: String| {
        let headers = [("x-auth-token", ann.ctx.token.as_str()), ("if-match", condition.as_str())];
        let answer = front.send(Method::PUT, &format!("/network/v2.0/{path}"), &headers, rename.clone()).await;
        (answer.status, answer.json())
    };
    let stale = change(format!("revision_number={}", revision - 1)).await;
    assert_eq!(refusal(stale), (412, "RevisionNumberConstraintFailed".into()));
    let (status, changed) = change(format!("revision_number={revision}")).await;
    assert_eq!((status, &changed["network"]["revision_number"]), (StatusCode::OK, &json!(revision + 1)));
    assert_eq!(ann.get(&path).await["network"]["revision_number"], json!(revision + 1));
    assert_eq!(change("*".into()).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_network_is_shared_with_one_project_alone() {
    let front = Front::new().await;
    let root = Caller { front: &front, ctx: front.cloud.person("root", "admin", "admin").await };
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let eve = Caller { front: &front, ctx: front.cloud.person("eve", "blue", "member").await };
    let bob = Caller { front: &front, ctx: front.cloud.person("bob", "green", "member").await };
    let network = ann.make("networks", "network", json!({ "name": "n" })).await;
    let path = format!("networks/{}", id(&network));
    let policy = |target: &str| json!({ "object_type": "network", "object_id": id(&network), "action": "access_as_shared", "target_tenant": target });
    let everybody = json!({ "rbac_policy": policy("*") });
    assert_eq!(refusal(ann.ask(Method::POST, "rbac-policies", everybody.clone()).await).0, 403);
    let made = ann.make("rbac-policies", "rbac_policy", policy(eve.ctx.project_id.as_str())).await;
    assert_eq!(eve.get(&path).await["network"]["shared"], true);
    assert_eq!(ann.get(&path).await["network"]["shared"], false);
    assert_eq!(bob.ask(Method::GET, &path, Value::Null).await.0, StatusCode::NOT_FOUND);
    let again = json!({ "rbac_policy": policy(eve.ctx.project_id.as_str()) });
    assert_eq!(refusal(ann.ask(Method::POST, "rbac-policies", again).await).0, 409);
    let port = eve.make("ports", "port", json!({ "network_id": id(&network) })).await;
    let its_path = format!("rbac-policies/{}", id(&made));
    assert_eq!(refusal(ann.delete(&its_path).await), (409, "RbacPolicyInUse".into()));
    assert_eq!(refusal(eve.delete(&its_path).await).0, 403);
    assert_eq!(eve.delete(&format!("ports/{}", id(&port))).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ann.delete(&its_path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(eve.ask(Method::GET, &path, Value::Null).await.0, StatusCode::NOT_FOUND);

    let (status, shared) = root.ask(Method::POST, "rbac-policies", everybody).await;
    assert_eq!((status, &shared["rbac_policy"]["target_tenant"]), (StatusCode::CREATED, &json!("*")), "{shared}");
    assert_eq!(bob.get(&path).await["network"]["shared"], true);
    let shared = format!("rbac-policies/{}", id(&shared["rbac_policy"]));
    assert_eq!(root.delete(&shared).await.0, StatusCode::NO_CONTENT);
    assert_eq!(bob.ask(Method::GET, &path, Value::Null).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn administrators_see_where_things_lie_and_work_for_others() {
    let front = Front::new().await;
    let root = Caller { front: &front, ctx: front.cloud.person("root", "admin", "admin").await };
    let ann = Caller { front: &front, ctx: front.cloud.person("ann", "red", "member").await };
    let network = json!({ "name": "n", "project_id": ann.ctx.project_id });
    let network = root.make("networks", "network", network).await;
    assert_eq!(network["provider:network_type"], "local");
    let seen = ann.get(&format!("networks/{}", id(&network))).await;
    assert_eq!(
        (&seen["network"]["project_id"], seen["network"].get("provider:network_type")),
        (&json!(ann.ctx.project_id), None)
    );
    let port = ann.make("ports", "port", json!({ "network_id": id(&network) })).await;
    assert_eq!(port.get("binding:host_id"), None);
    assert_eq!(root.get(&format!("ports/{}", id(&port))).await["port"]["binding:vif_type"], "unbound");
    let foreign = json!({ "network": { "name": "x", "tenant_id": root.ctx.project_id } });
    assert_eq!(refusal(ann.ask(Method::POST, "networks", foreign).await).0, 403);

    let default = &ann.get("security-groups?name=default").await["security_groups"][0];
    let path = format!("security-groups/{}", id(default));
    let all = root.get(&format!("security-groups?tenant_id={}", ann.ctx.project_id)).await;
    assert_eq!(all["security_groups"][0]["id"], default["id"]);
    assert_eq!(ann.delete(&path).await.0, StatusCode::CONFLICT);
    assert_eq!(ann.delete(&format!("ports/{}", id(&port))).await.0, StatusCode::NO_CONTENT);
    assert_eq!(root.delete(&path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(ann.ask(Method::GET, "agents", Value::Null).await.0, StatusCode::FORBIDDEN);
    assert_eq!(root.get("agents").await["agents"], json!([]));
    assert_eq!(ann.get("availability_zones").await["availability_zones"], json!([]));
    let resources = ann.get("").await["resources"].as_array().unwrap().clone();
    assert!(resources.iter().any(|resource| resource["name"] == "subnet"), "{resources:?}");
}
