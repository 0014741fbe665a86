//! What volumes held, and copies of them.

use super::*;
use crate::model::volume::{NewSnapshot, Snapshot, SnapshotStatus, VolumeSource};

fn of(volume: &Volume, force: bool) -> NewSnapshot {
    NewSnapshot {
        volume_id: volume.id.clone(),
        name: "monday".into(),
        description: None,
        metadata: Default::default(),
        force,
    }
}

impl Bench {
    /// A snapshot that its host has taken.
    pub(super) async fn taken(&self, volume: &Volume) -> Snapshot {
        let snapshot = self.service().create_snapshot(&self.ann, of(volume, false)).await.unwrap();
        self.snapshot_done(&snapshot, SnapshotStatus::Creating).await;
        self.service().snapshot(&self.ann, &snapshot.id).await.unwrap()
    }

    async fn snapshot_done(&self, snapshot: &Snapshot, status: SnapshotStatus) {
        let volume = self.find(&snapshot.volume_id).await;
        let news = VolumeNews::SnapshotDone { snapshot_id: snapshot.id.clone(), status };
        self.news(HOST, &volume, news).await;
    }
}

#[tokio::test]
async fn a_volume_with_snapshots_stays_unless_they_go_too() {
    let bench = Bench::new().await;
    let volume = bench.made(1).await;
    let snapshot = bench.taken(&volume).await;
    assert_eq!((snapshot.status, snapshot.size_gb), (SnapshotStatus::Available, 1));
    let refused = bench.service().delete(&bench.ann, &volume.id, Deleting::default()).await.unwrap_err();
    assert!(matches!(refused.reason, Reason::VolumeHasSnapshots { count: 1, .. }));

    bench.service().delete_snapshot(&bench.ann, &snapshot.id, false).await.unwrap();
    assert!(matches!(
        bench.service().delete_snapshot(&bench.ann, &snapshot.id, false).await.unwrap_err().reason,
        Reason::SnapshotState { .. }
    ));
    bench.snapshot_done(&snapshot, SnapshotStatus::Deleting).await;
    assert!(bench.service().snapshot(&bench.ann, &snapshot.id).await.is_err());

    bench.taken(&volume).await;
    let cascade = Deleting { cascade: true, force: false };
    bench.service().delete(&bench.ann, &volume.id, cascade).await.unwrap();
    bench.done(&volume, VolumeStatus::Deleting).await;
    assert_eq!(bench.service().snapshots(&bench.ann, false).await.unwrap(), []);
}

#[tokio::test]
async fn copies_lie_beside_their_source_which_waits_for_them() {
    let bench = Bench::new().await;
    let volume = bench.made(2).await;
    bench.cloud.heartbeat("roomier").await;
    let snapshot = bench.taken(&volume).await;
    let small = NewVolume { from: FillFrom::Snapshot(snapshot.id.clone()), ..of_size(1) };
    let refused = bench.service().create(&bench.ann, small).await.unwrap_err().reason;
    assert!(matches!(refused, Reason::VolumeTooSmall { needed: 2, .. }));

    let from_snapshot = NewVolume { from: FillFrom::Snapshot(snapshot.id.clone()), ..NewVolume::default() };
    let copy = bench.service().create(&bench.ann, from_snapshot).await.unwrap();
    assert_eq!((copy.size_gb, copy.host.as_deref()), (2, Some(HOST)));
    assert!(matches!(&copy.source, VolumeSource::Snapshot { volume_id, .. } if *volume_id == volume.id));
    let in_use = bench.service().delete_snapshot(&bench.ann, &snapshot.id, false).await.unwrap_err();
    assert!(matches!(in_use.reason, Reason::InUse { noun: Noun::Snapshot, .. }));
    bench.done(&copy, VolumeStatus::Creating).await;

    let clone = NewVolume { from: FillFrom::Volume(copy.id.clone()), ..NewVolume::default() };
    let clone = bench.service().create(&bench.ann, clone).await.unwrap();
    assert_eq!((clone.size_gb, clone.host.as_deref()), (2, Some(HOST)));
    let in_use = bench.service().delete(&bench.ann, &copy.id, Deleting::default()).await.unwrap_err();
    assert!(matches!(in_use.reason, Reason::InUse { noun: Noun::Volume, .. }));
    bench.done(&clone, VolumeStatus::Creating).await;
    bench.service().delete(&bench.ann, &copy.id, Deleting::default()).await.unwrap();
}

#[tokio::test]
async fn a_snapshot_that_fails_says_why() {
    let bench = Bench::new().await;
    let volume = bench.made(1).await;
    let snapshot = bench.service().create_snapshot(&bench.ann, of(&volume, true)).await.unwrap();
    let (snapshot_id, reason) = (snapshot.id.clone(), Reason::VolumeDamaged { why: "on purpose".into() });
    let news = VolumeNews::SnapshotFailed { snapshot_id, status: SnapshotStatus::Creating, reason };
    bench.news(HOST, &volume, news).await;
    let failed = bench.service().snapshot(&bench.ann, &snapshot.id).await.unwrap();
    assert_eq!((failed.status, failed.fault.is_some()), (SnapshotStatus::Error, true));
    assert_eq!(bench.service().messages(&bench.ann).await.unwrap()[0].resource_id, snapshot.id.as_str());
}
