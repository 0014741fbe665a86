//! The file backend, with real files and `qemu-img`.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::backend::{Backend, Origin};
use super::{ExportPorts, Exports, FileBackend, qemu_img};
use crate::agent::command::run;
use crate::agent::compute::{ConsoleAt, ConsolePort, DiskSource};
use crate::agent::percent::Percent;
use crate::model::image::DiskFormat;
use crate::model::{Reason, SnapshotId, VolumeId};

const ONE: &str = "0b9f4c11-7a53-4f6e-9d0e-8a6b1c2d3e4f";
const TWO: &str = "1c0a5d22-8b64-4a7f-8e1f-9b7c2d3e4f50";

struct Pool {
    directory: tempfile::TempDir,
    backend: FileBackend,
}

impl Pool {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { backend: FileBackend::new(directory.path().into()), directory }
    }

    async fn create(&self, id: &VolumeId, origin: Origin<'_>) {
        self.backend.create(id, 1, origin, &Percent::default()).await.unwrap();
    }

    /// Writes a byte all over the first MiB, as a guest would.
    async fn write(&self, id: &VolumeId, byte: u8) {
        let command = format!("write -P {byte} 0 1M");
        run("qemu-io", &["-f", "qcow2", "-c", &command, &self.path(id)]).await.unwrap();
    }

    /// Whether the first MiB is all of that byte.
    async fn holds(&self, id: &VolumeId, byte: u8) -> bool {
        let command = format!("read -P {byte} 0 1M");
        let said = run("qemu-io", &["-r", "-f", "qcow2", "-c", &command, &self.path(id)]).await;
        said.is_ok_and(|said| !said.contains("Pattern verification failed"))
    }

    async fn gigabytes(&self, id: &VolumeId) -> u64 {
        qemu_img::info(Path::new(&self.path(id)), "qcow2").await.unwrap().virtual_size >> 30
    }

    fn path(&self, id: &VolumeId) -> String {
        match self.backend.source(id) {
            DiskSource::Qcow2 { path } => path.display().to_string(),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_empty_volume_is_made_extended_and_deleted_however_often_that_is_said() {
    let (pool, id) = (Pool::new(), VolumeId::from(ONE));
    pool.create(&id, Origin::Empty).await;
    assert!(pool.holds(&id, 0).await && pool.backend.has(&id).await.unwrap());
    for _ in 0..2 {
        pool.backend.extend(&id, 3, &[]).await.unwrap();
        assert_eq!(pool.gigabytes(&id).await, 3);
    }
    pool.backend.extend(&id, 2, &[]).await.unwrap();
    assert_eq!(pool.gigabytes(&id).await, 3, "a volume never shrinks");
    for _ in 0..2 {
        pool.backend.delete(&id).await.unwrap();
        assert_eq!(pool.backend.list().await.unwrap(), []);
    }
}

#[tokio::test]
async fn an_image_is_copied_and_one_that_is_too_large_is_refused() {
    let (pool, id) = (Pool::new(), VolumeId::from(ONE));
    let image = pool.directory.path().join("image");
    std::fs::write(&image, vec![7; 1 << 20]).unwrap();
    let percent = Percent::default();
    let origin = Origin::Image { path: &image, format: DiskFormat::Raw };
    pool.backend.create(&id, 2, origin, &percent).await.unwrap();
    assert!(pool.holds(&id, 7).await);
    assert_eq!((pool.gigabytes(&id).await, percent.get()), (2, 100));
    std::fs::File::options().write(true).open(&image).unwrap().set_len((1 << 30) + 512).unwrap();
    let refused = pool.backend.create(&TWO.into(), 1, origin, &percent).await.unwrap_err();
    assert_eq!(refused.reason, Reason::VolumeTooSmall { what: "the image".into(), size: 1, needed: 2 });
    assert_eq!(pool.backend.list().await.unwrap(), [id]);
    assert_eq!(std::fs::read_dir(pool.directory.path()).unwrap().count(), 2, "no draft stays");
}

#[tokio::test]
async fn a_snapshot_keeps_what_was_there_through_writes_and_growth() {
    let (pool, id, snapshot) = (Pool::new(), VolumeId::from(ONE), SnapshotId::from("s1"));
    pool.create(&id, Origin::Empty).await;
    pool.write(&id, 1).await;
    for _ in 0..2 {
        pool.backend.snapshot(&id, &snapshot, &[]).await.unwrap();
        assert_eq!(pool.backend.snapshots(&id).await.unwrap(), std::slice::from_ref(&snapshot));
    }
    pool.write(&id, 2).await;
    pool.backend.extend(&id, 2, &[]).await.unwrap();
    let copy = VolumeId::from(TWO);
    let origin = Origin::Snapshot { volume: &id, snapshot: &snapshot };
    pool.create(&copy, origin).await;
    assert!(pool.holds(&copy, 1).await && pool.holds(&id, 2).await);
    assert_eq!((pool.gigabytes(&copy).await, pool.gigabytes(&id).await), (1, 2), "as large as was asked for");
    for _ in 0..2 {
        pool.backend.delete_snapshot(&id, &snapshot, &[]).await.unwrap();
        assert_eq!(pool.backend.snapshots(&id).await.unwrap(), []);
    }
    pool.backend.delete(&id).await.unwrap();
    assert!(pool.holds(&copy, 1).await, "a copy stands alone");
}

#[tokio::test]
async fn a_snapshot_is_copied_out_in_either_format() {
    let (pool, id, snapshot) = (Pool::new(), VolumeId::from(ONE), SnapshotId::from("s1"));
    pool.create(&id, Origin::Empty).await;
    pool.write(&id, 1).await;
    pool.backend.snapshot(&id, &snapshot, &[]).await.unwrap();
    pool.write(&id, 2).await;
    for format in [DiskFormat::Raw, DiskFormat::Qcow2] {
        let (out, percent) = (pool.directory.path().join("out"), Percent::default());
        pool.backend.copy_out(&id, &snapshot, &out, format, &percent).await.unwrap();
        let read = ["-r", "-f", format.as_str(), "-c", "read -P 1 0 1M", &out.display().to_string()];
        let said = run("qemu-io", &read).await.unwrap();
        assert!(!said.contains("Pattern verification failed"), "{format}: {said}");
        assert_eq!(percent.get(), 100);
    }
}

#[tokio::test]
async fn a_draft_is_no_volume_and_strangers_files_are_left_alone() {
    let pool = Pool::new();
    for name in [format!("{ONE}.part"), "lost+found".into(), "notes.qcow2".into(), "notes.part".into()] {
        std::fs::write(pool.directory.path().join(name), "x").unwrap();
    }
    assert_eq!(pool.backend.list().await.unwrap(), []);
    pool.backend.remove_drafts().await.unwrap();
    assert_eq!(std::fs::read_dir(pool.directory.path()).unwrap().count(), 3);
}

#[tokio::test]
async fn a_volume_that_is_no_qcow2_any_more_is_said_to_be_damaged() {
    let (pool, id) = (Pool::new(), VolumeId::from(ONE));
    pool.create(&id, Origin::Empty).await;
    std::fs::write(pool.path(&id), "nonsense").unwrap();
    let error = pool.backend.snapshot(&id, &"s1".into(), &[]).await.unwrap_err();
    assert!(matches!(error.reason, Reason::VolumeDamaged { .. }), "{error}");
}

fn ports() -> ExportPorts {
    "22000-22099".parse().unwrap()
}

#[tokio::test]
async fn a_served_volume_is_written_by_nbd_snapshotted_meanwhile_and_comes_back_at_the_same_place() {
    let (pool, id, snapshot) = (Pool::new(), VolumeId::from(ONE), SnapshotId::from("s1"));
    pool.create(&id, Origin::Empty).await;
    let run_dir = tempfile::tempdir().unwrap();
    let port = ConsolePort { at: ConsoleAt::Address("127.0.0.1:0".parse().unwrap()), announced: None };
    let exports = || Exports::new(run_dir.path().into(), "http://127.0.0.1:1".into(), Some(port.clone()), ports());
    let export = exports().open(&id, &pool.backend.source(&id)).await.unwrap();
    let there = format!("nbd://{}/{}", export.address, export.name);
    let write = |byte: u8| {
        let (there, command) = (there.clone(), format!("write -P {byte} 0 1M"));
        async move { run("qemu-io", &["-f", "raw", "-c", &command, &there]).await.unwrap() }
    };
    write(1).await;

    // An agent that starts anew finds it.
    let exports = exports();
    assert_eq!(exports.list().await.unwrap(), std::slice::from_ref(&id));
    let monitors = [exports.monitor(&id).await.unwrap().unwrap()];
    for _ in 0..2 {
        pool.backend.snapshot(&id, &snapshot, &monitors).await.unwrap();
    }
    write(2).await;
    monitors[0].tell(&json!({ "execute": "quit" })).await.unwrap();
    let gone = async {
        while exports.monitor(&id).await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
    assert_eq!(exports.open(&id, &pool.backend.source(&id)).await.unwrap(), export);
    write(3).await;
    for _ in 0..2 {
        exports.close(&id).await.unwrap();
        assert_eq!(exports.list().await.unwrap(), []);
    }
    assert!(pool.holds(&id, 3).await);
    let copy = VolumeId::from(TWO);
    pool.create(&copy, Origin::Snapshot { volume: &id, snapshot: &snapshot }).await;
    assert!(pool.holds(&copy, 1).await);
}

#[tokio::test]
async fn a_host_that_others_do_not_reach_serves_nobody() {
    let (pool, id) = (Pool::new(), VolumeId::from(ONE));
    pool.create(&id, Origin::Empty).await;
    let exports = Exports::new(pool.directory.path().into(), "http://127.0.0.1:1".into(), None, ports());
    let refused = exports.open(&id, &pool.backend.source(&id)).await.unwrap_err();
    assert!(matches!(refused.reason, Reason::VolumeCannot { .. }), "{refused}");
}
