//! Volumes of one host in guests of another, and what becomes of them when whatever carries their data dies.

use std::time::Duration;

use serde_json::Value;

use crate::cloud::eventually_within;
use crate::cloud::machines::Machines;
use crate::host;
use crate::outside::{OUTSIDE, apart, comes_up, ssh};
use crate::volumes::stage::{Stage, fill, inside, read_back};

/// Short enough that what died is back while the test looks on.
const SETTINGS: &[(&str, &str)] = &[("heartbeat_seconds", "2"), ("reconcile_seconds", "3")];

/// A guest, and the host that it runs on.
struct Guest {
    id: String,
    ip: String,
    host: String,
}

/// What dies while a guest writes to a volume of another host.
#[derive(Debug, Clone, Copy)]
enum Dies {
    /// The process that serves the volume.
    StorageDaemon,
    /// The agent of the host on which the volume lies.
    ServersAgent,
    /// The agent of the host on which the guest runs.
    GuestsAgent,
    /// The libvirt below the guest.
    Libvirtd,
}

impl Dies {
    const ALL: [Self; 4] = [Self::StorageDaemon, Self::ServersAgent, Self::GuestsAgent, Self::Libvirtd];

    fn happen(self, machines: &Machines, volume_host: &str, guest_host: &str) {
        let agent = |host| {
            machines.role(host, "compute", "kill", &[]).expect("its end");
            machines.role(host, "compute", "start", &[]).expect("a start");
        };
        match self {
            // The kernel knows it by the first 15 letters.
            Self::StorageDaemon => drop(machines.shell(volume_host, "pkill -KILL -x qemu-storage-da")),
            Self::ServersAgent => agent(volume_host),
            Self::GuestsAgent => agent(guest_host),
            Self::Libvirtd => {
                for verb in ["kill", "start"] {
                    let done = machines.on(guest_host, "scripts/lab-libvirtd").arg(verb).status();
                    assert!(done.is_ok_and(|status| status.success()), "{guest_host}: libvirtd {verb}");
                }
            }
        }
    }
}

async fn guests(stage: &Stage) -> Vec<Guest> {
    let admin = stage.cloud.sign_in("admin").await;
    let mut found = Vec::new();
    for (id, ip) in apart(&stage.demo, &stage.network, &["left", "right"]).await {
        comes_up(OUTSIDE, &ip).await;
        let host = admin.server(&id).await["OS-EXT-SRV-ATTR:host"].as_str().expect("a host").to_owned();
        found.push(Guest { id, ip, host });
    }
    found
}

/// The host on which a volume lies.
async fn host_of(stage: &Stage, volume: &str) -> String {
    let admin = stage.cloud.sign_in("admin").await;
    let listed = admin.get("/volume/v3/volumes/detail?all_tenants=1").await;
    let volumes = listed["volumes"].as_array().expect("a list");
    let found = volumes.iter().find(|one| one["id"] == volume).expect("the volume");
    let place = found["os-vol-host-attr:host"].as_str().expect("a host");
    place.split_once('@').map_or(place, |(host, _)| host).to_owned()
}

/// Has the guest write noise and put it on disk while `happens` does; the checksum that it had in memory. The guest may halt
/// meanwhile, and does not answer then.
async fn write_while(ip: &str, name: &str, happens: impl FnOnce()) -> String {
    let file = format!("/mnt/{name}");
    let write = format!("dd if=/dev/urandom of={file} bs=64k count=200 && sha256sum <{file} >/tmp/sum && sync");
    inside(ip, &format!("rm -f /tmp/{name}; (sudo sh -c '{write}' && sudo mv /tmp/sum /tmp/{name}) >/dev/null 2>&1 &"));
    tokio::time::sleep(Duration::from_millis(400)).await;
    happens();
    let written = || async { ssh(OUTSIDE, ip, &format!("cat /tmp/{name}")) };
    eventually_within(3, &format!("{ip} has written while this happened: {name}"), written).await
}

/// What the disk itself holds of a file.
fn on_disk(ip: &str, name: &str) -> String {
    inside(ip, &format!("sync; echo 3 | sudo tee /proc/sys/vm/drop_caches >/dev/null; sha256sum </mnt/{name}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_hosts_serve_each_other_volumes_and_nothing_is_lost_whatever_dies() {
    let stage = Stage::set_with(SETTINGS).await;
    let machines = stage.cloud.machines.clone().expect("machines: scripts/lab cloud");
    let volume = stage.volume("--size 1 data").await;
    let volume_host = host_of(&stage, &volume).await;
    let (far, near): (Vec<_>, Vec<_>) = guests(&stage).await.into_iter().partition(|guest| guest.host != volume_host);
    let (far, near) = (&far[0], &near[0]);

    stage.attach(&far.id, &volume).await;
    let mut files = vec![("noise".to_owned(), fill(&far.ip).await)];
    for dies in Dies::ALL {
        let name = format!("{dies:?}");
        let written = write_while(&far.ip, &name, || dies.happen(&machines, &volume_host, &far.host)).await;
        files.push((name, written));
    }
    for (name, written) in &files {
        assert_eq!(on_disk(&far.ip, name), *written, "{name}");
    }

    // Kept while another host's guest has it, and read where it lies.
    let snapshot = stage.client.run(&format!("volume snapshot create --force --volume {volume} moment"));
    let snapshot = snapshot["id"].as_str().expect("an id").to_owned();
    let restored = stage.volume(&format!("--snapshot {snapshot} restored")).await;
    stage.attach(&near.id, &restored).await;
    assert_eq!(read_back(&near.ip).await, files[0].1);
    inside(&near.ip, "sudo umount /mnt");
    stage.detach(&near.id, &restored).await;

    inside(&far.ip, "sudo umount /mnt");
    stage.detach(&far.id, &volume).await;
    stage.attach(&near.id, &volume).await;
    read_back(&near.ip).await;
    for (name, written) in &files {
        assert_eq!(on_disk(&near.ip, name), *written, "{name}, on the volume's own host");
    }
    stage.detach(&near.id, &volume).await;

    // A guest goes with the volume of another host in it.
    stage.attach(&far.id, &volume).await;
    stage.delete(&far.id).await;
    stage.becomes(&volume, "available").await;
    stage.client.tell(&format!("volume snapshot delete {snapshot}"));
    stage.delete(&near.id).await;
    let unserved = || async {
        let listed = host::told("sh", &["-c", "pgrep -x qemu-storage-da || true"]).concat();
        listed.is_empty().then_some(())
    };
    eventually_within(3, "nobody serves a volume", unserved).await;
    let no_snapshot = || async { (stage.client.run("volume snapshot list") == Value::Array(vec![])).then_some(()) };
    eventually_within(1, "no snapshot left", no_snapshot).await;
    stage.empty().await;
}
