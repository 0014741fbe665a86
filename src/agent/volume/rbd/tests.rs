//! The backend, over a real cluster. Each test has a host's name of its own, and so volumes of its own.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use super::{RbdBackend, is_over};
use crate::agent::ceph::Ceph;
use crate::agent::command::run;
use crate::agent::percent::Percent;
use crate::agent::volume::backend::{Backend, Origin};
use crate::model::image::DiskFormat;
use crate::model::{Reason, SnapshotId, VolumeId};

const ONE: &str = "0b9f4c11-7a53-4f6e-9d0e-8a6b1c2d3e4f";
const TWO: &str = "1c0a5d22-8b64-4a7f-8e1f-9b7c2d3e4f50";

fn backend(host: &str) -> RbdBackend {
    let directory = std::env::var("ARCUS_TEST_CEPH").expect("a cluster: scripts/lab scripts/with-ceph COMMAND");
    let directory = Path::new(&directory);
    let (conf, keyring) = (directory.join("ceph.conf"), directory.join("ceph.client.arcus.keyring"));
    RbdBackend::new(Ceph { conf, user: Some("arcus".into()), keyring }, "volumes".into(), host)
}

async fn io(backend: &RbdBackend, id: &VolumeId, command: &str) -> String {
    let image = backend.rbd.ceph.qemu_name("volumes", &backend.names.volume(id), None);
    run("qemu-io", &["-f", "raw", "-c", command, &image]).await.unwrap()
}

#[tokio::test]
#[ignore = "wants Ceph: scripts/lab scripts/with-ceph cargo test --release --lib -- --ignored rbd"]
async fn whatever_is_said_twice_is_done_once() {
    let (backend, id, snapshot) = (backend("twice"), VolumeId::from(ONE), SnapshotId::from("s1"));
    let percent = Percent::default();
    backend.create(&id, 1, Origin::Empty, &percent).await.unwrap();
    io(&backend, &id, "write -P 1 0 1M").await;
    for _ in 0..2 {
        backend.snapshot(&id, &snapshot, &[]).await.unwrap();
        assert_eq!(backend.snapshots(&id).await.unwrap(), std::slice::from_ref(&snapshot));
    }
    io(&backend, &id, "write -P 2 0 1M").await;
    for size in [2, 2, 1] {
        backend.extend(&id, size, &[]).await.unwrap();
        assert_eq!(backend.size_of(&id).await.unwrap(), 2 << 30, "a volume never shrinks");
    }
    let copy = VolumeId::from(TWO);
    let origin = Origin::Snapshot { volume: &id, snapshot: &snapshot };
    backend.create(&copy, 2, origin, &percent).await.unwrap();
    for _ in 0..2 {
        backend.delete_snapshot(&id, &snapshot, &[]).await.unwrap();
        assert_eq!(backend.snapshots(&id).await.unwrap(), []);
    }
    // One with a snapshot left in it goes as well, and the copy stands alone.
    backend.snapshot(&id, &snapshot, &[]).await.unwrap();
    for _ in 0..2 {
        backend.delete(&id).await.unwrap();
        assert_eq!(backend.list().await.unwrap(), std::slice::from_ref(&copy));
    }
    let said = io(&backend, &copy, "read -P 1 0 1M").await;
    assert!(!said.contains("Pattern verification failed"), "{said}");
    backend.delete(&copy).await.unwrap();
}

#[tokio::test]
#[ignore = "wants Ceph: scripts/lab scripts/with-ceph cargo test --release --lib -- --ignored rbd"]
async fn a_making_that_is_broken_off_or_refused_leaves_no_volume() {
    let (backend, id) = (backend("broken"), VolumeId::from(ONE));
    let percent = Percent::default();
    let directory = tempfile::tempdir().unwrap();
    let image = directory.path().join("image");
    std::fs::write(&image, vec![7; 256 << 20]).unwrap();
    let origin = Origin::Image { path: &image, format: DiskFormat::Raw };
    let cut = timeout(Duration::from_millis(600), backend.create(&id, 1, origin, &percent)).await;
    assert!(cut.is_err(), "it was too quick to be broken off");
    assert_eq!(backend.list().await.unwrap(), []);
    assert!(!backend.has(&id).await.unwrap());
    // The same again is made from the beginning, and is whole.
    backend.create(&id, 1, origin, &percent).await.unwrap();
    let said = io(&backend, &id, "read -P 7 0 256M").await;
    assert!(!said.contains("Pattern verification failed"), "{said}");
    assert_eq!(percent.get(), 100);

    std::fs::File::options().write(true).open(&image).unwrap().set_len((1 << 30) + 512).unwrap();
    let refused = backend.create(&TWO.into(), 1, origin, &percent).await.unwrap_err();
    assert_eq!(refused.reason, Reason::VolumeTooSmall { what: "the image".into(), size: 1, needed: 2 });
    assert_eq!(backend.list().await.unwrap(), std::slice::from_ref(&id));
    backend.delete(&id).await.unwrap();
    backend.remove_drafts().await.unwrap();
    let left = backend.rbd.list().await.unwrap();
    assert!(!left.iter().any(|image| image.ends_with(".broken")), "{left:?}");
}

#[test]
fn an_image_is_found_below_its_format_and_by_itself() {
    let of = |name: &str| {
        let image = json!({ "driver": "rbd", "pool": "volumes", "image": name, "conf": "/etc/ceph/ceph.conf" });
        [image.clone(), json!({ "driver": "raw", "file": image })]
    };
    for described in of("volume-1.host") {
        let node = json!({ "drv": "any", "file": format!("json:{described}"), "image": {} });
        assert!(is_over(&node, "volumes", "volume-1.host"), "{node}");
        assert!(!is_over(&node, "volumes", "volume-1.hos") && !is_over(&node, "other", "volume-1.host"));
    }
    assert!(!is_over(&json!({ "file": "/var/lib/arcus/volume.qcow2" }), "volumes", "volume-1.host"));
}
