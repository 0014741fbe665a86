//! Each process of control twice, at work on the same records.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::cloud::machines::Machines;
use crate::cloud::{Cloud, Person};
use crate::host;
use crate::outside::provider;

/// Where the second API answers: an address of control that its firewall lets through.
const SECOND: &str = "10.77.0.10:9292";
const LAUNCHES: usize = 24;
const FIT_ON_A_HOST: usize = 3;

/// Starts a second process of each kind.
fn double(machines: &Machines) {
    machines.role("control", "api@2", "start", &[&format!("ARCUS_LISTEN={SECOND}")]).expect("a second API");
    for role in ["scheduler@2", "conductor@2"] {
        machines.role("control", role, "start", &[]).expect(role);
    }
}

/// A flavor of which so many fit on every host.
async fn flavor(admin: &Person) -> String {
    let hosts = admin.get("/compute/v2.1/os-hypervisors/detail").await;
    let hosts = hosts["hypervisors"].as_array().expect("hosts").iter();
    let ram: Vec<u64> = hosts.filter_map(|host| host["memory_mb"].as_u64()).filter(|ram| *ram > 0).collect();
    let least = *ram.iter().min().expect("a host with memory");
    assert!(ram.iter().all(|ram| *ram == least), "hosts alike: {ram:?}");
    // A little less than the part of each, so that one more does not fit.
    let ram = least * 10 / (FIT_ON_A_HOST as u64 * 10 + 1);
    let flavor = json!({ "flavor": { "name": "third", "ram": ram, "vcpus": 1, "disk": 1 } });
    let made = admin.post("/compute/v2.1/flavors", flavor).await;
    made["flavor"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_hosts_are_shared_out_by_two_of_every_process_without_a_mistake() {
    let cloud = Cloud::start(&[]).await;
    let machines = cloud.machines.as_ref().expect("machines: scripts/lab cloud");
    for limit in ["instances=-1", "cores=-1", "ram=-1", "ports=-1"] {
        cloud.operator(&["project", "quota", "admin", limit]);
    }
    let admin = cloud.sign_in("admin").await;
    let network = provider(&admin).await;
    let flavor = flavor(&admin).await;
    double(machines);

    let both = [admin.at(&cloud.url()), admin.at(&format!("http://{SECOND}"))];
    let mut body = admin.launch_body("racer", &flavor).await;
    body["server"]["networks"] = json!([{ "uuid": network }]);
    let launch = async |number: usize| both[number % 2].post("/compute/v2.1/servers", body.clone()).await;
    let launched = join_all((0..LAUNCHES).map(launch)).await;
    let ids: Vec<&str> = launched.iter().map(|answer| answer["server"]["id"].as_str().expect("an id")).collect();
    let mut settled = Vec::new();
    for id in &ids {
        settled.push(both[1].settled(id, &["ACTIVE", "ERROR"]).await);
    }
    shared_out(&settled, machines.hosts.len());

    join_all(ids.iter().map(|id| both[0].delete_server(id))).await;
    // The second ones do without the first.
    for role in ["scheduler", "conductor"] {
        machines.role("control", role, "kill", &[]).expect(role);
    }
    let answer = both[1].post("/compute/v2.1/servers", body).await;
    let id = answer["server"]["id"].as_str().expect("an id");
    assert_eq!(both[1].settled(id, &["ACTIVE", "ERROR"]).await["status"], "ACTIVE");
    both[1].delete_server(id).await;
    for role in ["api@2", "scheduler@2", "conductor@2"] {
        machines.role("control", role, "stop", &[]).expect(role);
    }
    machines.start();
    cloud.holds_nothing().await;
    host::comes_clean(&cloud.state_dir(), "after the deletes").await;
}

/// As many run on each host as fit, each with an address of its own; the others say that no host could take them.
fn shared_out(settled: &[Value], hosts: usize) {
    let (running, refused): (Vec<_>, Vec<_>) = settled.iter().partition(|server| server["status"] == "ACTIVE");
    let mut on_host = BTreeMap::<&str, usize>::new();
    let mut addresses = BTreeMap::<&str, usize>::new();
    for server in &running {
        *on_host.entry(server["OS-EXT-SRV-ATTR:host"].as_str().expect("a host")).or_default() += 1;
        let address = server["addresses"]["provider"][0]["addr"].as_str().expect("an address");
        *addresses.entry(address).or_default() += 1;
    }
    assert_eq!(on_host.len(), hosts, "{on_host:?}");
    assert!(on_host.values().all(|number| *number == FIT_ON_A_HOST), "{on_host:?}");
    assert!(addresses.values().all(|number| *number == 1), "{addresses:?}");
    for server in refused {
        let message = server["fault"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("No valid host") || message.contains("No host"), "{server}");
    }
}
