//! What only a cloud of several machines can show. Run by `scripts/lab cloud`.

mod faults;
mod operations;
mod twice;
mod volumes;

use std::collections::BTreeSet;

use serde_json::json;
use tokio::io::AsyncReadExt as _;

use super::cloud::machines::Machines;
use super::cloud::{Cloud, Person, eventually};
use super::host;
use super::outside::{OUTSIDE, apart, comes_up, let_in, provider, ssh};

/// The first thing that a guest's screen says, by the address that clients get.
async fn screen(cloud: &Cloud, person: &Person, id: &str) -> String {
    let path = format!("/compute/v2.1/servers/{id}/action");
    let answer = person.post(&path, json!({ "os-getVNCConsole": { "type": "novnc" } })).await;
    let url = answer["console"]["url"].as_str().expect("an address");
    let (_, ticket) = url.rsplit_once("token%3D").or_else(|| url.rsplit_once("token=")).expect("a ticket");
    let answer = cloud
        .http
        .get(format!("{}/console/ws?token={ticket}", cloud.url()))
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 101, "{url}");
    let mut stream = answer.upgrade().await.expect("a stream");
    // A frame's head of two bytes, then what the screen speaks: "RFB 003.008" and a line's end.
    let mut said = [0; 14];
    stream.read_exact(&mut said).await.expect("a greeting");
    String::from_utf8_lossy(&said[2..]).into_owned()
}

#[tokio::test]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_hosts_run_guests_that_reach_each_other_and_show_their_screens() {
    let cloud = Cloud::start(&[]).await;
    let hosts = cloud.machines.as_ref().expect("machines: scripts/lab cloud").hosts.clone();
    let (admin, demo) = (cloud.sign_in("admin").await, cloud.sign_in("demo").await);
    let network = provider(&admin).await;
    let_in(&demo).await;
    let guests = apart(&demo, &network, &["left", "right"]).await;

    let mut found = BTreeSet::new();
    for (id, _) in &guests {
        let server = admin.server(id).await;
        found.insert(server["OS-EXT-SRV-ATTR:host"].as_str().expect("a host").to_owned());
    }
    assert_eq!(found, hosts.into_iter().collect());

    for (_, ip) in &guests {
        comes_up(OUTSIDE, ip).await;
    }
    for (here, there) in [(0, 1), (1, 0)] {
        let said = ssh(OUTSIDE, &guests[here].1, &format!("ping -c 4 {}", guests[there].1));
        assert!(said.as_ref().is_some_and(|said| said.contains(" 0% packet loss")), "{said:?}");
    }
    for (id, _) in &guests {
        let path = format!("/compute/v2.1/servers/{id}/action");
        let log = demo.post(&path, json!({ "os-getConsoleOutput": {} })).await;
        assert!(log["output"].as_str().is_some_and(|log| log.contains("boot done")), "{log}");
        let greeting = screen(&cloud, &demo, id).await;
        assert!(greeting.starts_with("RFB 003."), "{greeting:?}");
    }

    for (id, _) in &guests {
        demo.delete_server(id).await;
    }
    cloud.holds_nothing().await;
    host::comes_clean(&cloud.state_dir(), "after the deletes").await;
}

/// Whether a program on a machine ends well.
fn succeeds(machines: &Machines, host: &str, script: &str) -> bool {
    let output = machines.on(host, "bash").args(["-c", script]).output().expect("bash");
    output.status.success()
}

#[tokio::test]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_hosts_know_no_database_between_them() {
    let cloud = Cloud::start(&[]).await;
    let machines = cloud.machines.as_ref().expect("machines: scripts/lab cloud");
    let (_, password) = machines.database.split_once("arcus:").expect("a user");
    let (password, _) = password.split_once('@').expect("a password");
    for host in &machines.hosts {
        // The way to the machine is open, the way to its records is not.
        assert!(succeeds(machines, host, "exec 3<>/dev/tcp/10.77.0.10/5672"), "{host}: the bus");
        assert!(!succeeds(machines, host, "exec 3<>/dev/tcp/10.77.0.10/5432"), "{host}: the database's port");

        let pid = machines.role(host, "compute", "status", &[]).expect("a running compute role");
        for (what, there) in [
            ("its environment", format!("grep -qai -e postgres -e {password} /proc/{pid}/environ")),
            ("its command line", format!("grep -qai -e postgres -e {password} /proc/{pid}/cmdline")),
            (
                "its files",
                format!("grep -rqai -e postgres:// -e {password} \"$ARCUS_STATE_DIR\" /etc/arcus 2>/dev/null"),
            ),
            ("its sockets", "ss --no-header --all --tcp --unix | grep -q -e :5432 -e PGSQL".to_owned()),
        ] {
            assert!(!succeeds(machines, host, &there), "{host}: {what} know of the database");
        }
        assert!(succeeds(machines, host, &format!("grep -qa ARCUS_ /proc/{pid}/environ")), "the search finds nothing");
    }

    // Told of one, it refuses to start.
    let host = &machines.hosts[0];
    machines.role(host, "compute", "stop", &[]).expect("its end");
    machines.role(host, "compute", "start", &["ARCUS_DATABASE=postgres://arcus@10.77.0.10/arcus"]);
    eventually("a refusal", || async { machines.role(host, "compute", "status", &[]).is_none().then_some(()) }).await;
    let log = machines.log(host, "compute");
    assert!(log.lines().last().is_some_and(|line| line.contains("database")), "{log}");
    machines.role(host, "compute", "start", &[]).expect("a start");
}
