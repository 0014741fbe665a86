//! Projects' own networks behind routers.

use std::process::{Command, Stdio};

use reqwest::Method;
use serde_json::{Value, json};

use super::cloud::{Cloud, Person, eventually};
use super::host;
use super::outside::{OUTSIDE, comes_up, launch_on, let_in, pings, provider, reaches_the_world, ssh, ssh_words};

/// A project's network behind a router, with one guest.
pub struct Side {
    network: String,
    subnet: String,
    router: String,
    /// The router's own address outside.
    outer: String,
    instance: String,
    ip: String,
}

fn id_in(answer: &Value, noun: &str) -> String {
    answer[noun]["id"].as_str().unwrap_or_else(|| panic!("no {noun} in {answer}")).to_owned()
}

impl Side {
    /// Network, subnet 10.0.0.0/24, router to `external`, rules that let in, and a guest with that address.
    pub async fn make(person: &Person, external: &str, ip: &str) -> Self {
        let_in(person).await;
        let network = json!({ "network": { "name": "inner" } });
        let network = id_in(&person.post("/network/v2.0/networks", network).await, "network");
        let subnet = json!({ "subnet": {
            "network_id": network, "ip_version": 4, "cidr": "10.0.0.0/24", "dns_nameservers": ["192.168.56.2"],
        } });
        let subnet = id_in(&person.post("/network/v2.0/subnets", subnet).await, "subnet");
        let router = json!({ "router": { "name": "way-out", "external_gateway_info": { "network_id": external } } });
        let answer = person.post("/network/v2.0/routers", router).await;
        let outer = &answer["router"]["external_gateway_info"]["external_fixed_ips"][0]["ip_address"];
        let side = Self {
            outer: outer.as_str().unwrap_or_else(|| panic!("no outer address in {answer}")).to_owned(),
            router: id_in(&answer, "router"),
            network,
            subnet,
            instance: String::new(),
            ip: ip.to_owned(),
        };
        side.interface(person, "add").await;
        let nic = json!({ "uuid": side.network, "fixed_ip": ip });
        let (instance, given) = launch_on(person, "inner", nic).await;
        assert_eq!(given, ip);
        Self { instance, ..side }
    }

    async fn interface(&self, person: &Person, verb: &str) {
        let path = format!("/network/v2.0/routers/{}/{verb}_router_interface", self.router);
        let (status, answer) = person.call(Method::PUT, &path, Some(json!({ "subnet_id": self.subnet }))).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
    }

    /// The router's namespace.
    pub fn netns(&self) -> String {
        format!("qrouter-{}", self.router)
    }

    /// A floating IP that leads to the guest: its id and address.
    pub async fn floating_ip(&self, person: &Person, external: &str) -> (String, String) {
        let ports = person.get(&format!("/network/v2.0/ports?device_id={}", self.instance)).await;
        let port = ports["ports"][0]["id"].as_str().expect("a port");
        let floating = json!({ "floatingip": { "floating_network_id": external, "port_id": port } });
        let answer = person.post("/network/v2.0/floatingips", floating).await;
        let address = answer["floatingip"]["floating_ip_address"].as_str().expect("an address").to_owned();
        (id_in(&answer, "floatingip"), address)
    }

    /// Takes all of it down.
    pub async fn remove(&self, person: &Person) {
        person.delete_server(&self.instance).await;
        let floating = person.get("/network/v2.0/floatingips").await;
        for floating in floating["floatingips"].as_array().expect("a list") {
            delete(person, &format!("/network/v2.0/floatingips/{}", floating["id"].as_str().expect("an id"))).await;
        }
        self.interface(person, "remove").await;
        delete(person, &format!("/network/v2.0/routers/{}", self.router)).await;
        delete(person, &format!("/network/v2.0/networks/{}", self.network)).await;
    }
}

async fn delete(person: &Person, path: &str) {
    let (status, answer) = person.call(Method::DELETE, path, None).await;
    assert!(status.is_success(), "DELETE {path}: {status} {answer}");
}

/// Who asked the server beyond for a page, in order.
fn visitors() -> Vec<String> {
    let scratch = std::env::var("ARCUS_LAB_SCRATCH").expect("a lab");
    let log = std::fs::read_to_string(format!("{scratch}/outside/http.log")).expect("the server's log");
    log.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn projects_with_the_same_range_reach_outside_and_floating_ips_lead_in_while_they_are_held() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let (admin, demo) = (cloud.sign_in("admin").await, cloud.sign_in("demo").await);
    cloud.operator(&["project", "create", "others"]);
    let printed = cloud.operator(&["user", "create", "other", "--project", "others"]);
    let password = printed.lines().find_map(|line| line.strip_prefix("password ")).expect("a password");
    let other = cloud.sign_in_with("other", password, "others").await;
    let external = provider(&admin).await;
    let ours = Side::make(&demo, &external, "10.0.0.77").await;
    let theirs = Side::make(&other, &external, "10.0.0.88").await;

    for side in [&ours, &theirs] {
        comes_up(&side.netns(), &side.ip).await;
        reaches_the_world(&side.netns(), &side.ip, "10.0.0.1");
        assert_eq!(visitors().last(), Some(&side.outer), "inner addresses stay inside");
    }
    for (from, to) in [(&ours, &theirs), (&theirs, &ours)] {
        assert!(pings(&from.netns(), &from.ip));
        assert!(!pings(&from.netns(), &to.ip), "{} reaches {}", from.ip, to.ip);
        let across = format!("ping -c 1 -W 1 {}", to.ip);
        assert!(ssh(&from.netns(), &from.ip, &across).is_none(), "{} reaches {}", from.ip, to.ip);
    }

    let (id, floating) = ours.floating_ip(&demo, &external).await;
    comes_up(OUTSIDE, &floating).await;
    let addresses = ssh(OUTSIDE, &floating, "ip -4 addr").expect("its addresses");
    assert!(addresses.contains(&ours.ip), "{addresses}");
    assert!(ssh(&ours.netns(), &ours.ip, "timeout 5 wget -q -O - http://203.0.113.80/").is_some());
    assert_eq!(visitors().last(), Some(&floating), "it leaves by its own floating IP");
    let across = format!("ping -c 1 -W 2 {floating}");
    assert!(ssh(&theirs.netns(), &theirs.ip, &across).is_some(), "another project reaches the floating IP");

    let mut held = Command::new("ip")
        .args(["netns", "exec", OUTSIDE])
        .args(ssh_words(&floating, "while sleep 1; do echo still; done"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("a held connection");
    eventually("a held connection", || async { ssh(OUTSIDE, &floating, "ps | grep -q '[s]leep 1; do echo still'") })
        .await;
    assert!(held.try_wait().expect("its status").is_none());
    delete(&demo, &format!("/network/v2.0/floatingips/{id}")).await;
    eventually("silence at the released address", || async { (!pings(OUTSIDE, &floating)).then_some(()) }).await;
    // ssh itself gives up when nothing is heard; `timeout` would have ended it with 124.
    assert_eq!(held.wait().expect("its end").code(), Some(255), "a connection goes on by a released address");
    reaches_the_world(&ours.netns(), &ours.ip, "10.0.0.1");
    assert_eq!(visitors().last(), Some(&ours.outer));

    ours.remove(&demo).await;
    theirs.remove(&other).await;
    eventually("nothing left of routers", || async {
        let namespaces = host::tell("ip", &["netns", "list"]);
        (!namespaces.contains("qrouter-") && host::devices("leg").is_empty()).then_some(())
    })
    .await;
}
