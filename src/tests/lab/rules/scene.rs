//! An Arcus with networks, groups and ports whose ends are namespaces.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::cloud::{Cloud, Person, eventually};
use super::super::host;
use super::end::End;

/// The host's name in the records.
const HOST: &str = "lab-1";
/// Bridges are looked at only where Arcus asks for it.
const SWITCHES: [&str; 2] = ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"];

pub struct Scene {
    pub cloud: Cloud,
    pub admin: Person,
}

impl Scene {
    pub async fn open() -> Self {
        host::clear();
        for switch in SWITCHES {
            std::fs::write(format!("/proc/sys/net/bridge/{switch}"), "0").expect("a switch of br_netfilter");
        }
        let cloud = Cloud::start(&[("host", HOST)]).await;
        let admin = cloud.sign_in("admin").await;
        Self { cloud, admin }
    }

    /// A network with 10.0.0.0/24 and DHCP.
    pub async fn network(&self, name: &str) -> String {
        let network = self.admin.post("/network/v2.0/networks", json!({ "network": { "name": name } })).await;
        let id = id_of(&network["network"]);
        let subnet = json!({ "network_id": id, "ip_version": 4, "cidr": "10.0.0.0/24", "name": name });
        self.admin.post("/network/v2.0/subnets", json!({ "subnet": subnet })).await;
        id
    }

    /// A group with these rules besides those that let everything out.
    pub async fn group(&self, name: &str, rules: &[Value]) -> String {
        let group =
            self.admin.post("/network/v2.0/security-groups", json!({ "security_group": { "name": name } })).await;
        let id = id_of(&group["security_group"]);
        for rule in rules {
            self.rule(&id, rule.clone()).await;
        }
        id
    }

    /// Adds a rule to a group.
    pub async fn rule(&self, group: &str, mut rule: Value) -> String {
        rule["security_group_id"] = group.into();
        let made = self.admin.post("/network/v2.0/security-group-rules", json!({ "security_group_rule": rule })).await;
        self.settled().await;
        id_of(&made["security_group_rule"])
    }

    pub async fn remove_rule(&self, rule: &str) {
        self.call(Method::DELETE, &format!("/network/v2.0/security-group-rules/{rule}"), None).await;
    }

    /// Takes the rules away that let everything out of a group.
    pub async fn close(&self, group: &str) {
        let rules = self.admin.get(&format!("/network/v2.0/security-group-rules?security_group_id={group}")).await;
        for rule in rules["security_group_rules"].as_array().expect("a list") {
            if rule["direction"] == "egress" && rule["protocol"].is_null() {
                self.remove_rule(&id_of(rule)).await;
            }
        }
    }

    /// A port of an instance on this host, and somebody at its end.
    pub async fn end(&self, network: &str, ip: &str, more: Value) -> End {
        let port = self.port(network, Some(ip), more).await;
        self.settled().await;
        End::plug(&port)
    }

    /// A port of an instance on this host, with a chosen address or the next one and `more` of the API's members.
    pub async fn port(&self, network: &str, ip: Option<&str>, more: Value) -> Value {
        let mut port = json!({ "network_id": network, "binding:host_id": HOST, "device_owner": "compute:nova" });
        if let Some(ip) = ip {
            port["fixed_ips"] = json!([{ "ip_address": ip }]);
        }
        for (member, value) in more.as_object().expect("members") {
            port[member] = value.clone();
        }
        self.admin.post("/network/v2.0/ports", json!({ "port": port })).await["port"].clone()
    }

    /// Changes the port of an end.
    pub async fn change(&self, end: &End, changes: Value) {
        let path = format!("/network/v2.0/ports/{}", end.port);
        self.call(Method::PUT, &path, Some(json!({ "port": changes }))).await;
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) {
        let (status, answer) = self.admin.call(method, path, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        self.settled().await;
    }

    /// Waits until the host has carried out all that it was told: a message stays in the records until then.
    pub async fn settled(&self) {
        eventually("an empty outbox", || async {
            (self.cloud.count("SELECT count(*) FROM outbox").await == 0).then_some(())
        })
        .await;
    }
}

fn id_of(thing: &Value) -> String {
    thing["id"].as_str().unwrap_or_else(|| panic!("no id in {thing}")).to_owned()
}
