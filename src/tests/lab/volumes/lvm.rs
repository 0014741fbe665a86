//! The same with volumes in a thin pool of LVM, on a file of the lab's.

use std::process::Command;

use super::stage::{Stage, fill, inside, read_back};
use crate::host::tell;

const GROUP: &str = "arcus-lab";

/// A volume group with a thin pool; gone with the value.
struct Group {
    device: String,
    _scratch: tempfile::TempDir,
}

impl Group {
    fn make() -> Self {
        let scratch = tempfile::tempdir().expect("a directory");
        let file = scratch.path().join("disk");
        std::fs::File::create(&file).and_then(|file| file.set_len(8 << 30)).expect("a file");
        let device = tell("losetup", &["--find", "--show", &file.display().to_string()]).trim().to_owned();
        let group = Self { device, _scratch: scratch };
        tell("vgcreate", &["--quiet", "--yes", GROUP, &group.device]);
        tell(
            "lvcreate",
            &["--quiet", "--yes", "--type", "thin-pool", "--extents", "90%FREE", "--name", "volumes", GROUP],
        );
        group
    }

    /// What lies in the thin pool.
    fn volumes(&self) -> String {
        tell("lvs", &["--noheadings", "--options", "lv_name", "--select", "pool_lv=volumes", GROUP])
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = Command::new("vgremove").args(["--quiet", "--yes", "--force", GROUP]).status();
        let _ = Command::new("losetup").args(["--detach", &self.device]).status();
    }
}

#[tokio::test]
#[ignore = "wants device-mapper: scripts/lab cargo test --release --test lab -- --ignored lvm, where the kernel has it"]
async fn lvm_volumes_go_from_guest_to_guest_grow_are_copied_and_leave_nothing() {
    let group = Group::make();
    let stage = Stage::set_with(&[("volume_backend", "lvm"), ("lvm_volume_group", GROUP)]).await;
    let volume = stage.volume("--size 1 data").await;
    let (first, first_ip) = stage.guest("first").await;
    let (second, second_ip) = stage.guest("second").await;
    stage.attach(&first, &volume).await;
    let written = fill(&first_ip).await;
    let snapshot = stage.snapshot(&volume).await;
    stage.grow(&volume, &first_ip).await;
    inside(&first_ip, "sudo umount /mnt");
    stage.detach(&first, &volume).await;

    let restored = stage.volume(&format!("--snapshot {snapshot} restored")).await;
    let copied = stage.volume(&format!("--source {volume} copied")).await;
    stage.forget(&snapshot).await;
    for volume in [&volume, &restored, &copied] {
        stage.attach(&second, volume).await;
        assert_eq!(read_back(&second_ip).await, written);
        inside(&second_ip, "sudo umount /mnt");
        stage.detach(&second, volume).await;
    }
    stage.volume("--size 1 --image cirros --bootable root").await;
    stage.delete(&first).await;
    stage.delete(&second).await;
    stage.empty().await;
    assert_eq!(group.volumes(), "");
}
