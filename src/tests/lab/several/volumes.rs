//! Volumes of one host in guests of another, and what becomes of them when whatever carries their data dies.

use std::time::Duration;

use crate::cloud::eventually_within;
use crate::host;
use crate::outside::{OUTSIDE, apart, comes_up, ssh};
use crate::volumes::harm::{Dies, Hosts};
use crate::volumes::stage::{Stage, fill, inside, read_back};

/// Short enough that what died is back while the test looks on.
const SETTINGS: &[(&str, &str)] = &[("heartbeat_seconds", "2"), ("reconcile_seconds", "3")];

/// A guest, and the host that it runs on.
struct Guest {
    id: String,
    ip: String,
    host: String,
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

/// Has the guest write noise and put it on disk, in the background: it may halt meanwhile, and does not answer then.
fn begin_writing(ip: &str, name: &str) {
    let file = format!("/mnt/{name}");
    let write = format!("dd if=/dev/urandom of={file} bs=64k count=200 && sha256sum <{file} >/tmp/sum && sync");
    inside(ip, &format!("rm -f /tmp/{name}; (sudo sh -c '{write}' && sudo mv /tmp/sum /tmp/{name}) >/dev/null 2>&1 &"));
}

/// The checksum that it had in memory, once it is done.
async fn written(ip: &str, name: &str) -> String {
    let told = || async { ssh(OUTSIDE, ip, &format!("cat /tmp/{name}")) };
    eventually_within(3, &format!("{ip} has written while this happened: {name}"), told).await
}

/// What the disk itself holds of a file.
fn on_disk(ip: &str, name: &str) -> String {
    inside(ip, &format!("sync; echo 3 | sudo tee /proc/sys/vm/drop_caches >/dev/null; sha256sum </mnt/{name}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_hosts_serve_each_other_volumes_and_nothing_is_lost_whatever_dies() {
    let mut stage = Stage::set_with(SETTINGS).await;
    let volume = stage.volume("--size 1 data").await;
    let volume_host = stage.host_of(&volume).await;
    let (far, near): (Vec<_>, Vec<_>) = guests(&stage).await.into_iter().partition(|guest| guest.host != volume_host);
    let (far, near) = (&far[0], &near[0]);
    let hosts = Hosts { volume: volume_host, guest: far.host.clone() };

    stage.attach(&far.id, &volume).await;
    let mut files = vec![("noise".to_owned(), fill(&far.ip).await)];
    for dies in [Dies::StorageDaemon, Dies::VolumesAgent, Dies::GuestsAgent, Dies::Libvirtd] {
        let name = format!("{dies:?}");
        begin_writing(&far.ip, &name);
        tokio::time::sleep(Duration::from_millis(400)).await;
        dies.happen(&mut stage, &hosts).await;
        files.push((name.clone(), written(&far.ip, &name).await));
    }
    for (name, written) in &files {
        assert_eq!(on_disk(&far.ip, name), *written, "{name}");
    }

    // Kept while another host's guest has it, and read where it lies.
    let snapshot = stage.snapshot(&volume).await;
    let restored = stage.volume(&format!("--snapshot {snapshot} restored")).await;
    stage.attach(&near.id, &restored).await;
    assert_eq!(read_back(&near.ip).await, files[0].1);
    inside(&near.ip, "sudo umount /mnt");
    stage.detach(&near.id, &restored).await;

    inside(&far.ip, "sudo umount /mnt");
    stage.detach(&far.id, &volume).await;
    // At once, though it is still being served.
    stage.client.tell(&format!("volume set --size 2 {volume}"));
    assert_eq!(stage.becomes(&volume, "available").await["size"], 2);
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
    stage.forget(&snapshot).await;
    stage.delete(&near.id).await;
    let unserved = || async {
        let listed = host::told("sh", &["-c", "pgrep -x qemu-storage-da || true"]).concat();
        listed.is_empty().then_some(())
    };
    eventually_within(3, "nobody serves a volume", unserved).await;
    stage.empty().await;
}
