//! NICs that come to a real guest, or leave it.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::cloud::{Cloud, Person};
use super::guest::serial_says;
use super::host;

/// The MAC addresses of a domain's NICs, in order.
fn macs(domain: &str) -> Vec<String> {
    let listed = host::tell("virsh", &["--quiet", "domiflist", domain]);
    listed.lines().filter_map(|line| line.split_whitespace().last()).map(str::to_owned).collect()
}

/// A network of the person's own, with DHCP.
async fn network(person: &Person, cidr: &str) -> String {
    let network = person.post("/network/v2.0/networks", json!({ "network": { "name": "second" } })).await;
    let id = network["network"]["id"].as_str().expect("an id").to_owned();
    let subnet = json!({ "subnet": { "network_id": id, "ip_version": 4, "cidr": cidr } });
    person.post("/network/v2.0/subnets", subnet).await;
    id
}

#[tokio::test]
async fn nics_come_to_a_running_guest_and_leave_it_and_keep_their_order() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let demo = cloud.sign_in("demo").await;
    let second = network(&demo, "10.77.0.0/24").await;
    let id = demo.launch("plugged", "1").await;
    demo.settled(&id, &["ACTIVE"]).await;
    let domain = host::domain_of(&id);
    let first = macs(&domain);
    serial_says(&demo, &id, "cirros-init: boot done").await;

    let path = format!("/compute/v2.1/servers/{id}/os-interface");
    let attach = json!({ "interfaceAttachment": { "net_id": second } });
    let plugged = demo.post(&path, attach).await["interfaceAttachment"].clone();
    let mac = plugged["mac_addr"].as_str().expect("a MAC").to_owned();
    assert_eq!(macs(&domain), [first[0].clone(), mac.clone()]);

    // After a power cycle the guest has both, in the same order, and an address on each.
    let action = format!("/compute/v2.1/servers/{id}/action");
    demo.post(&action, json!({ "reboot": { "type": "HARD" } })).await;
    demo.settled(&id, &["ACTIVE"]).await;
    assert_eq!(macs(&domain), [first[0].clone(), mac]);
    let address = plugged["fixed_ips"][0]["ip_address"].as_str().expect("an address");
    let log = serial_says(&demo, &id, &format!("cirros-init: eth1 {address}")).await;
    assert!(log.contains("cirros-init: eth0 "), "{log}");
    serial_says(&demo, &id, "cirros-init: boot done").await;

    // A running guest lets go of it.
    let port = plugged["port_id"].as_str().expect("an id");
    let (status, body) = demo.call(Method::DELETE, &format!("{path}/{port}"), None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    assert_eq!(macs(&domain), first);
    assert_eq!(host::devices("tap").len(), 1);
    let (status, _) = demo.call(Method::GET, &format!("/network/v2.0/ports/{port}"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "the port was made for this NIC");

    demo.delete_server(&id).await;
    cloud.holds_nothing().await;
    host::comes_clean(&cloud.state_dir(), "after the delete").await;
}
