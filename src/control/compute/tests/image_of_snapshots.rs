//! Images of instances that start from a volume.

use super::launching::Stage;
use super::volumes::{disk, from_volume, launch};
use super::*;
use crate::bus::contract::VolumeNews;
use crate::model::image::{Image, ImageStatus};
use crate::model::instance::NewInstanceImage;
use crate::model::launch::{DiskFrom, DiskRequest, LaunchRequest};
use crate::model::quota::Resource;
use crate::model::step::StepResult;
use crate::model::volume::{FillFrom, NewVolume, Snapshot, SnapshotStatus, VolumeSource, VolumeStatus};
use crate::model::{Kind, VolumeId};

/// An instance that starts from a volume and has another one, both its own.
struct Scene {
    stage: Stage,
    instance: Instance,
    volumes: [VolumeId; 2],
}

impl Scene {
    async fn set() -> Self {
        let stage = Stage::new().await;
        let bench = &stage.bench;
        let data = bench.volume(&stage.user).await;
        let data = DiskRequest { device: Some("vdc".into()), ..disk(DiskFrom::Volume(data.id), false) };
        let instance = launch(&stage, from_volume(&stage, vec![data])).await;
        bench.schedule(&instance.id).await;
        let volumes = [0, 1].map(|number: usize| instance.volumes[number].volume_id.clone());
        bench.volume_done(&volumes[0], VolumeStatus::Downloading).await;
        let request = bench.request_of(&instance.id).await;
        bench.settled(&instance.id, &request, VmState::Active, PowerState::Running).await.unwrap();
        Self { stage, instance, volumes }
    }

    async fn image(&self) -> Result<Image, Reason> {
        let wanted = NewInstanceImage { name: "golden".into(), ..NewInstanceImage::default() };
        let compute = &self.stage.bench.cloud.services.compute;
        compute.create_image(&self.stage.user, &self.instance.id, wanted).await.map_err(|error| error.reason)
    }

    /// In the order of the volumes.
    async fn snapshots(&self) -> Vec<Snapshot> {
        let all = self.stage.bench.cloud.services.volume.snapshots(&self.stage.user, false).await.unwrap();
        let of = |volume: &VolumeId| all.iter().find(|snapshot| snapshot.volume_id == *volume).cloned();
        self.volumes.iter().filter_map(of).collect()
    }

    fn from(&self, image: &Image) -> LaunchRequest {
        LaunchRequest { image_id: Some(image.id.clone()), ..self.stage.request() }
    }
}

#[tokio::test]
async fn what_starts_from_it_gets_copies_of_the_volumes_at_their_places() {
    let scene = Scene::set().await;
    let bench = &scene.stage.bench;
    let image = scene.image().await.unwrap();
    assert_eq!((image.status, image.size, image.min_ram), (ImageStatus::Active, Some(0), 32));
    let snapshots = scene.snapshots().await;
    assert_eq!(snapshots.len(), 2);
    assert!(snapshots.iter().all(|snapshot| snapshot.name == "snapshot for golden"));
    let said: serde_json::Value = serde_json::from_str(&image.properties["block_device_mapping"]).unwrap();
    assert_eq!((&said[0]["boot_index"], &said[1]["boot_index"]), (&0.into(), &serde_json::Value::Null), "{said}");
    assert_eq!(said[1]["device_name"], "/dev/vdc");
    let rows = bench.cloud.services.compute.timeline(&bench.ctx, &scene.instance.id).await.unwrap();
    assert_eq!(rows.into_iter().find(|row| row.action == "createImage").unwrap().result, StepResult::Done);
    assert_eq!(bench.instance(&scene.instance.id).await.task_state, None);

    let compute = &bench.cloud.services.compute;
    let early = compute.launch(&scene.stage.user, scene.from(&image)).await.unwrap_err();
    assert!(matches!(early.reason, Reason::SnapshotState { .. }), "{early}");
    for (snapshot, volume) in snapshots.iter().zip(&scene.volumes) {
        let (snapshot_id, status) = (snapshot.id.clone(), SnapshotStatus::Creating);
        bench.volume_news(volume, VolumeNews::SnapshotDone { snapshot_id, status }).await;
    }
    let copy = launch(&scene.stage, scene.from(&image)).await;
    assert_eq!(copy.image, None);
    let seen: Vec<_> = copy.volumes.iter().map(|at| (at.device.as_str(), at.boot, at.delete_on_termination)).collect();
    assert_eq!(seen, [("vda", true, true), ("vdc", false, false)]);
    for (at, snapshot) in copy.volumes.iter().zip(&snapshots) {
        let made = bench.volume_now(&at.volume_id).await;
        assert!(matches!(made.source, VolumeSource::Snapshot { snapshot_id, .. } if snapshot_id == snapshot.id));
    }

    // A disk that the request names at the same place replaces the image's.
    let own = DiskRequest { device: Some("vdc".into()), ..disk(DiskFrom::New(FillFrom::Nothing), false) };
    let mut request = scene.from(&image);
    request.more.disks = vec![own];
    let other = launch(&scene.stage, request).await;
    assert_eq!(other.volumes.len(), 2);
    let blank = bench.volume_now(&other.volumes[1].volume_id).await;
    assert_eq!(blank.source, VolumeSource::Empty);
}

#[tokio::test]
async fn it_is_made_as_a_whole_or_not_at_all() {
    let scene = Scene::set().await;
    let quota = &scene.stage.bench.cloud.services.quota;
    quota.set(&scene.stage.bench.ctx, &scene.stage.user.project_id, Resource::Snapshots, 1).await.unwrap();
    assert_eq!(crate::model::Error::from(scene.image().await.unwrap_err()).kind(), Kind::OverQuota);
    assert_eq!(scene.snapshots().await, []);
    assert_eq!(scene.stage.bench.count("SELECT count(*) FROM images WHERE name = 'golden'").await, 0);
}

#[tokio::test]
async fn no_disk_is_made_of_it() {
    let scene = Scene::set().await;
    let bench = &scene.stage.bench;
    let image = scene.image().await.unwrap();
    let new = NewVolume { size_gb: Some(2), from: FillFrom::Image(image.id.clone()), ..NewVolume::default() };
    let refused = bench.cloud.services.volume.create(&scene.stage.user, new).await.unwrap_err();
    assert!(matches!(refused.reason, Reason::ImageWithoutDisk { .. }), "{refused}");
    let tiny = LaunchRequest { flavor_id: "tiny".into(), ..scene.from(&image) };
    let refused = bench.cloud.services.compute.launch(&scene.stage.user, tiny).await.unwrap_err();
    assert!(matches!(refused.reason, Reason::FlavorTooSmall { .. }), "{refused}");
}
