//! Networks that lead off the host.

use serde_json::json;

use super::cloud::{Cloud, eventually};
use super::host;
use super::outside::{OUTSIDE, comes_up, launch_on, let_in, pings, provider, reaches_the_world, ssh};

#[tokio::test]
async fn a_guest_on_a_provider_network_is_reached_from_outside_and_finds_the_world() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let (admin, demo) = (cloud.sign_in("admin").await, cloud.sign_in("demo").await);
    let network = provider(&admin).await;
    let_in(&demo).await;
    let (id, ip) = launch_on(&demo, "web", json!({ "uuid": network })).await;
    assert!(ip.starts_with("192.168.56.1"), "{ip}");

    comes_up(OUTSIDE, &ip).await;
    assert!(pings(OUTSIDE, &ip));
    reaches_the_world(OUTSIDE, &ip, "192.168.56.2");
    let servers = ssh(OUTSIDE, &ip, "cat /etc/resolv.conf").expect("its name servers");
    assert!(servers.contains("nameserver 192.168.56.2"), "{servers}");

    let ports = host::tell("ip", &["-brief", "link", "show", "master", "br-provider"]);
    assert!(ports.contains("to-outside") && ports.contains("upp"), "{ports}");
    demo.delete_server(&id).await;
    eventually("no device of the network", || async { host::devices("up").is_empty().then_some(()) }).await;
    let ports = host::tell("ip", &["-brief", "link", "show", "master", "br-provider"]);
    assert!(ports.contains("to-outside") && ports.lines().count() == 1, "{ports}");
}

#[tokio::test]
async fn a_guest_on_the_ready_network_is_reached_from_the_host_and_finds_the_world_through_it() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let demo = cloud.sign_in("demo").await;
    let_in(&demo).await;
    let network = demo.id_of("/network/v2.0/networks", "networks", "shared").await;
    let (id, ip) = launch_on(&demo, "web", json!({ "uuid": network })).await;
    assert!(ip.starts_with("172.24.4."), "{ip}");

    comes_up("", &ip).await;
    assert!(pings("", &ip));
    reaches_the_world("", &ip, "172.24.4.1");
    let servers = ssh("", &ip, "cat /etc/resolv.conf").expect("its name servers");
    assert!(servers.contains("nameserver 172.24.4.1"), "{servers}");
    demo.delete_server(&id).await;
}

#[tokio::test]
async fn an_interface_is_lent_to_a_network_and_comes_back() {
    host::clear();
    host::tell("ip", &["link", "add", "name", "spare", "type", "veth", "peer", "name", "spare-end"]);
    let cloud = Cloud::start(&[("bridge_mappings", "provider:spare")]).await;
    let (admin, demo) = (cloud.sign_in("admin").await, cloud.sign_in("demo").await);
    let network = provider(&admin).await;
    let (id, _ip) = launch_on(&demo, "web", json!({ "uuid": network })).await;
    let master = || host::tell("ip", &["-json", "link", "show", "dev", "spare"]).contains("\"master\"");
    eventually("the interface on the bridge", || async { master().then_some(()) }).await;
    demo.delete_server(&id).await;
    eventually("the interface alone again", || async { (!master()).then_some(()) }).await;
    host::tell("ip", &["link", "delete", "spare"]);
}
