//! The same with volumes in a Ceph cluster, a real one that `scripts/with-ceph` starts.

use std::path::PathBuf;

use super::stage::{Stage, fill, inside, read_back};
use crate::cloud::eventually;
use crate::host::tell;
use crate::outside::{OUTSIDE, apart, comes_up, ssh};

/// The cluster beside the test.
struct Cluster {
    directory: PathBuf,
}

impl Cluster {
    fn given() -> Self {
        let directory = std::env::var_os("ARCUS_TEST_CEPH").expect("a cluster: scripts/lab scripts/with-ceph COMMAND");
        Self { directory: directory.into() }
    }

    fn path(&self, name: &str) -> String {
        self.directory.join(name).display().to_string()
    }

    /// The names of the pool's images.
    fn images(&self) -> String {
        let (conf, keyring) = (self.path("ceph.conf"), self.path("ceph.client.admin.keyring"));
        tell("rbd", &["--conf", &conf, "--id", "admin", "--keyring", &keyring, "--pool", "volumes", "ls"])
    }

    async fn stage(&self) -> Stage {
        let (conf, keyring) = (self.path("ceph.conf"), self.path("ceph.client.arcus.keyring"));
        let settings = [
            ("volume_backend", "rbd"),
            ("rbd_pool", "volumes"),
            ("rbd_user", "arcus"),
            ("rbd_conf", &conf),
            ("rbd_keyring", &keyring),
        ];
        Stage::set_with(&settings).await
    }
}

#[tokio::test]
#[ignore = "wants Ceph: scripts/lab scripts/with-ceph cargo test --release --test lab -- --ignored rbd"]
async fn rbd_volumes_go_from_guest_to_guest_grow_are_copied_start_instances_and_leave_nothing() {
    let cluster = Cluster::given();
    let stage = cluster.stage().await;
    let volume = stage.volume("--size 1 data").await;
    assert!(cluster.images().starts_with(&format!("volume-{volume}.")), "{}", cluster.images());
    let (first, first_ip) = stage.guest("first").await;
    let (second, second_ip) = stage.guest("second").await;

    stage.attach(&first, &volume).await;
    let written = fill(&first_ip).await;
    let snapshot = stage.snapshot(&volume).await;
    stage.grow(&volume, &first_ip).await;
    // What is written from here on is not in the snapshot.
    inside(&first_ip, "sudo cp /mnt/noise /mnt/more; sync; sudo umount /mnt");
    stage.detach(&first, &volume).await;

    stage.attach(&second, &volume).await;
    assert_eq!(read_back(&second_ip).await, written);
    inside(&second_ip, "sha256sum </mnt/more && sudo umount /mnt");
    stage.client.tell(&format!("server reboot --hard --wait {second}"));
    comes_up(OUTSIDE, &second_ip).await;
    assert_eq!(read_back(&second_ip).await, written);

    // Copies of the snapshot and of the volume itself, while a guest has it; they stand alone.
    let restored = stage.volume(&format!("--snapshot {snapshot} restored")).await;
    let copied = stage.volume(&format!("--source {volume} copied")).await;
    stage.forget(&snapshot).await;
    stage.delete(&second).await;
    for (copy, has_more) in [(&restored, false), (&copied, true)] {
        stage.attach(&first, copy).await;
        assert_eq!(read_back(&first_ip).await, written);
        assert_eq!(ssh(OUTSIDE, &first_ip, "test -e /mnt/more").is_some(), has_more);
        inside(&first_ip, "sudo umount /mnt");
        stage.detach(&first, copy).await;
    }
    stage.delete(&first).await;

    starts_an_instance(&stage).await;
    stage.empty().await;
    assert_eq!(cluster.images(), "");
}

#[tokio::test]
#[ignore = "wants Ceph and machines: scripts/lab cloud scripts/with-ceph cargo test --release --test lab -- --ignored rbd"]
async fn rbd_volumes_come_to_guests_of_every_host_and_no_host_serves_them() {
    let cluster = Cluster::given();
    let stage = cluster.stage().await;
    let machines = stage.cloud.machines.clone().expect("machines: scripts/lab cloud");
    let admin = stage.cloud.sign_in("admin").await;
    let guests = apart(&stage.demo, &stage.network, &["one", "two"]).await;
    let volume = stage.volume("--size 1 data").await;
    let listed = admin.get("/volume/v3/volumes/detail?all_tenants=1").await;
    let host = listed["volumes"][0]["os-vol-host-attr:host"].as_str().expect("a host").to_owned();
    let (mut near, mut far) = (None, None);
    for (id, ip) in &guests {
        comes_up(OUTSIDE, ip).await;
        let on = admin.server(id).await["OS-EXT-SRV-ATTR:host"].as_str().expect("a host").to_owned();
        *(if host.starts_with(&format!("{on}@")) { &mut near } else { &mut far }) = Some((id, ip));
    }
    let (near, near_ip) = near.expect("a guest beside whoever looks after the volume");
    let (far, far_ip) = far.expect("a guest on the other host");

    stage.attach(far, &volume).await;
    let written = fill(far_ip).await;
    let snapshot = stage.snapshot(&volume).await;
    let restored = stage.volume(&format!("--snapshot {snapshot} restored")).await;
    for machine in &machines.hosts {
        assert_eq!(machines.shell(machine, "find \"$ARCUS_STATE_DIR/run\" -name '*.export'"), "");
    }
    inside(far_ip, "sudo umount /mnt");
    stage.detach(far, &volume).await;
    for volume in [&volume, &restored] {
        stage.attach(near, volume).await;
        assert_eq!(read_back(near_ip).await, written);
        inside(near_ip, "sudo umount /mnt");
        stage.detach(near, volume).await;
    }
    for (id, _) in &guests {
        stage.delete(id).await;
    }
    stage.forget(&snapshot).await;
    for volume in [&volume, &restored] {
        stage.client.tell(&format!("volume delete {volume}"));
    }
    eventually("an empty pool", || async { cluster.images().is_empty().then_some(()) }).await;
    stage.cloud.holds_nothing().await;
}

/// A volume made of an image starts an instance, and so does one that the launch itself makes.
async fn starts_an_instance(stage: &Stage) {
    let root = stage.volume("--size 1 --image cirros --bootable root").await;
    for (how, name) in [(format!("--volume {root}"), "given"), ("--boot-from-volume 1 --image cirros".into(), "made")] {
        let server = stage.client.run(&format!(
            "server create --flavor 1 {how} --nic net-id={} --security-group default --wait {name}",
            stage.network
        ));
        assert_eq!(server["status"], "ACTIVE", "{server}");
        let ip = server["addresses"]["provider"][0].as_str().expect("an address");
        comes_up(OUTSIDE, ip).await;
        inside(ip, "echo still here >kept; sync");
        stage.delete(server["id"].as_str().expect("an id")).await;
    }
    stage.becomes(&root, "available").await;
}
