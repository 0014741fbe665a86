//! A guest from launch to delete.

use serde_json::{Value, json};

use super::cloud::{Cloud, Person, eventually};
use super::host;

/// Waits until the guest's serial log holds `text`, and returns the log.
pub async fn serial_says(person: &Person, id: &str, text: &str) -> String {
    eventually(&format!("{text:?} on the serial line"), || async {
        let path = format!("/compute/v2.1/servers/{id}/action");
        let answer: Value = person.post(&path, json!({ "os-getConsoleOutput": {} })).await;
        answer["output"].as_str().filter(|log| log.contains(text)).map(str::to_owned)
    })
    .await
}

#[tokio::test]
async fn a_guest_boots_gets_its_address_by_dhcp_obeys_and_leaves_nothing() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let demo = cloud.sign_in("demo").await;
    let id = demo.launch("web", "1").await;
    let server = demo.settled(&id, &["ACTIVE"]).await;
    assert_eq!(cloud.steps(&id).await, (1..=29).collect::<Vec<i64>>());

    let domain = &host::domain_of(&id);
    assert_eq!(host::tell("virsh", &["domstate", domain]).trim(), "running");

    let ip = server["addresses"]["shared"][0]["addr"].as_str().expect("an address").to_owned();
    let mac = server["addresses"]["shared"][0]["OS-EXT-IPS-MAC:mac_addr"].as_str().expect("a MAC").to_owned();
    let lease = eventually("a lease", || async {
        host::leases(&cloud.state_dir()).into_iter().find(|lease| lease.contains(&mac))
    })
    .await;
    assert!(lease.contains(&ip), "{lease}");
    let log = serial_says(&demo, &id, "cirros-init: boot done").await;
    assert!(log.contains(&ip), "the guest did not get {ip}: {log}");

    for (action, state, power) in [
        (json!({ "os-stop": null }), "SHUTOFF", "shut off"),
        (json!({ "os-start": null }), "ACTIVE", "running"),
        (json!({ "pause": null }), "PAUSED", "paused"),
        (json!({ "unpause": null }), "ACTIVE", "running"),
        (json!({ "reboot": { "type": "HARD" } }), "ACTIVE", "running"),
    ] {
        demo.post(&format!("/compute/v2.1/servers/{id}/action"), action).await;
        demo.settled(&id, &[state]).await;
        assert_eq!(host::tell("virsh", &["domstate", domain]).trim(), power);
    }
    demo.delete_server(&id).await;
    cloud.holds_nothing().await;
    host::comes_clean(&cloud.state_dir(), "after the delete").await;
    assert_eq!(host::devices("brq"), Vec::<String>::new());
}

#[tokio::test]
async fn guests_go_on_running_while_arcus_is_away_and_are_found_again() {
    host::clear();
    let mut cloud = Cloud::start(&[]).await;
    let demo = cloud.sign_in("demo").await;
    let id = demo.launch("steady", "1").await;
    demo.settled(&id, &["ACTIVE"]).await;
    let domain = host::domain_of(&id);
    let before = host::tell("virsh", &["domid", &domain]);

    cloud.kill();
    assert_eq!(host::tell("virsh", &["domstate", &domain]).trim(), "running");
    cloud.run(&[]).await;
    demo.settled(&id, &["ACTIVE"]).await;
    assert_eq!(host::tell("virsh", &["domid", &domain]), before, "the guest was started anew");

    // A guest that goes away behind Arcus' back is noticed.
    host::tell("virsh", &["destroy", &domain]);
    demo.settled(&id, &["SHUTOFF"]).await;
    demo.delete_server(&id).await;
    cloud.holds_nothing().await;
}
