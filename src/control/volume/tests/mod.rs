//! Volumes, with the records as they really are and hosts that only talk.

mod snapshots;
mod transfers;
mod types;
mod upload;

use super::*;
use crate::bus::Topic;
use crate::bus::contract::{ComputeMessage, ConductorMessage, VolumeNews};
use crate::control::Clock as _;
use crate::control::store::{db, outbox};
use crate::control::testing::Cloud;
use crate::control::workflow::reconcile;
use crate::model::quota::Resource;
use crate::model::volume::{FillFrom, NewVolume, VolumeStatus};
use crate::model::{Kind, Reason, VolumeId};

const HOST: &str = "host-1";

struct Bench {
    cloud: Cloud,
    ann: Ctx,
}

impl Bench {
    /// A host with 10 GiB, and somebody who may make volumes.
    async fn new() -> Self {
        let cloud = Cloud::new().await;
        cloud.heartbeat(HOST).await;
        let ann = cloud.person("ann", "web", "member").await;
        Self { cloud, ann }
    }

    fn service(&self) -> &VolumeService {
        &self.cloud.services.volume
    }

    async fn create(&self, size_gb: i64) -> Volume {
        self.service().create(&self.ann, of_size(size_gb)).await.unwrap()
    }

    /// A volume that its host has made.
    async fn made(&self, size_gb: i64) -> Volume {
        let volume = self.create(size_gb).await;
        self.done(&volume, VolumeStatus::Creating).await;
        self.find(&volume.id).await
    }

    async fn find(&self, id: &VolumeId) -> Volume {
        self.service().volume(&self.ann, id).await.unwrap()
    }

    async fn news(&self, host: &str, volume: &Volume, news: VolumeNews) {
        let (host, volume_id) = (host.to_owned(), volume.id.clone());
        let told = ConductorMessage::VolumeNews { host, volume_id, request_id: "req-agent".into(), news };
        self.cloud.tell(told).await.unwrap();
    }

    async fn done(&self, volume: &Volume, status: VolumeStatus) {
        self.news(HOST, volume, VolumeNews::Done { status }).await;
    }

    async fn failed(&self, volume: &Volume, status: VolumeStatus) {
        let reason = Reason::VolumeDamaged { why: "on purpose".into() };
        self.news(HOST, volume, VolumeNews::Failed { status, reason }).await;
    }

    /// What waits for a host.
    async fn messages_to(&self, host: &str) -> Vec<ComputeMessage> {
        let topic = Topic::compute(host);
        let waiting = outbox::after(self.cloud.services.shared.db.read(), 0, 1000).await.unwrap();
        let for_host = waiting.into_iter().filter(|row| row.topic == topic.as_str());
        for_host.map(|row| row.envelope.open().unwrap()).collect()
    }

    async fn image(&self, status: &str, virtual_size: i64) -> String {
        const SQL: &str = "INSERT INTO images (id, name, owner, status, visibility, protected, disk_format, \
            virtual_size, min_disk, min_ram, properties, created_at, updated_at) \
            VALUES ($1, 'cirros', 'system', $2, 'public', FALSE, 'qcow2', $3, 0, 32, '{\"os_distro\": \"x\"}', $4, $4)";
        let id = uuid::Uuid::new_v4().to_string();
        let mut tx = self.cloud.services.shared.db.write().await.unwrap();
        let insert = db::query(SQL).bind(&id).bind(status.to_owned()).bind(virtual_size).bind(self.cloud.clock.now());
        insert.execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        id
    }
}

fn of_size(size_gb: i64) -> NewVolume {
    NewVolume { name: "data".into(), size_gb: Some(size_gb), ..NewVolume::default() }
}

#[tokio::test]
async fn a_volume_lies_where_there_is_most_room_and_its_host_is_told() {
    let bench = Bench::new().await;
    let first = bench.create(4).await;
    assert_eq!((first.status, first.host.as_deref()), (VolumeStatus::Creating, Some(HOST)));
    bench.cloud.heartbeat("host-2").await;
    let second = bench.create(4).await;
    assert_eq!(second.host.as_deref(), Some("host-2"), "the other has less room by now");
    let told = bench.messages_to("host-2").await;
    let message =
        ComputeMessage::Volume { volume_id: second.id.clone(), request_id: bench.ann.request_id.clone(), token: None };
    assert_eq!(told, [message]);

    let plan = ConductorMessage::Volume { host: HOST.into(), volume_id: first.id.clone() };
    let plan = bench.cloud.tell(plan).await.unwrap();
    assert_eq!((&plan["status"], &plan["size_gb"]), (&"creating".into(), &4.into()));
    let elsewhere = ConductorMessage::Volume { host: "host-2".into(), volume_id: first.id.clone() };
    assert_eq!(bench.cloud.tell(elsewhere).await.unwrap(), serde_json::Value::Null);
    let all = bench.cloud.tell(ConductorMessage::VolumesOn { host: HOST.into() }).await.unwrap();
    assert_eq!(all.as_array().unwrap().len(), 1);

    bench.news("host-2", &first, VolumeNews::Done { status: VolumeStatus::Creating }).await;
    bench.done(&first, VolumeStatus::Deleting).await;
    assert_eq!(bench.find(&first.id).await.status, VolumeStatus::Creating, "news that is none");
    bench.news(HOST, &first, VolumeNews::Progress { percent: 50 }).await;
    assert_eq!(bench.find(&first.id).await.progress, Some(50));
    bench.done(&first, VolumeStatus::Creating).await;
    let made = bench.find(&first.id).await;
    assert_eq!((made.status, made.progress), (VolumeStatus::Available, None));
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_and_leaves_nothing() {
    let bench = Bench::new().await;
    let admin = bench.cloud.system();
    let quota = &bench.cloud.services.quota;
    quota.set(&admin, &bench.ann.project_id, Resource::Gigabytes, 20).await.unwrap();
    let refusal = async |new: NewVolume| bench.service().create(&bench.ann, new).await.unwrap_err().reason;
    assert!(matches!(refusal(of_size(0)).await, Reason::OutOfRange { .. }));
    assert!(matches!(refusal(NewVolume::default()).await, Reason::Required { .. }));
    assert!(matches!(refusal(of_size(11)).await, Reason::NoRoomForVolume { size: 11 }));
    assert!(matches!(refusal(of_size(21)).await, Reason::QuotaExceeded { .. }));
    let zone = NewVolume { availability_zone: Some("moon".into()), ..of_size(1) };
    assert!(matches!(refusal(zone).await, Reason::NotAChoice { .. }));
    let kind = NewVolume { volume_type: Some("gold".into()), ..of_size(1) };
    assert!(matches!(refusal(kind).await, Reason::NotFound { noun: Noun::VolumeType, .. }));
    let image = NewVolume { from: FillFrom::Image(bench.image("queued", 1).await.into()), ..of_size(1) };
    assert!(matches!(refusal(image).await, Reason::ImageNotActive { .. }));
    let image = NewVolume { from: FillFrom::Image(bench.image("active", 2 << 30).await.into()), ..of_size(1) };
    assert!(matches!(refusal(image).await, Reason::VolumeTooSmall { needed: 2, .. }));
    let reader = bench.cloud.person("eve", "web", "reader").await;
    assert_eq!(bench.service().create(&reader, of_size(1)).await.unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(bench.service().volumes(&admin, true).await.unwrap(), []);
    assert_eq!(bench.messages_to(HOST).await, []);
}

#[tokio::test]
async fn a_volume_of_an_image_starts_machines_and_only_its_message_has_the_token() {
    let bench = Bench::new().await;
    let image = bench.image("active", 1000).await;
    let new = NewVolume { from: FillFrom::Image(image.as_str().into()), ..of_size(1) };
    let volume = bench.service().create(&bench.ann, new).await.unwrap();
    assert_eq!((volume.status, volume.bootable), (VolumeStatus::Downloading, true));
    assert_eq!(volume.image_metadata["image_id"], image);
    assert_eq!(volume.image_metadata["os_distro"], "x");
    let told = bench.messages_to(HOST).await;
    assert!(matches!(&told[..], [ComputeMessage::Volume { token: Some(token), .. }] if *token == bench.ann.token));

    bench.failed(&volume, VolumeStatus::Downloading).await;
    let broken = bench.find(&volume.id).await;
    assert_eq!(broken.status, VolumeStatus::Error);
    assert!(matches!(broken.fault, Some(Reason::VolumeDamaged { .. })));
    let messages = bench.service().messages(&bench.ann).await.unwrap();
    assert_eq!((messages.len(), messages[0].resource_id.as_str()), (1, volume.id.as_str()));
    bench.service().delete_message(&bench.ann, &messages[0].id).await.unwrap();
    assert_eq!(bench.service().messages(&bench.ann).await.unwrap(), []);

    bench.service().delete(&bench.ann, &volume.id, Deleting::default()).await.unwrap();
    bench.failed(&volume, VolumeStatus::Deleting).await;
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::ErrorDeleting);
    bench.service().delete(&bench.ann, &volume.id, Deleting::default()).await.unwrap();
    bench.done(&volume, VolumeStatus::Deleting).await;
    assert!(bench.service().volume(&bench.ann, &volume.id).await.is_err());
}

#[tokio::test]
async fn a_volume_grows_and_keeps_its_size_when_it_cannot() {
    let bench = Bench::new().await;
    let volume = bench.made(2).await;
    let refusal = async |size| bench.service().extend(&bench.ann, &volume.id, size, false).await.unwrap_err().reason;
    assert!(matches!(refusal(2).await, Reason::VolumeTooSmall { needed: 3, .. }));
    assert!(matches!(refusal(11).await, Reason::NoRoomForVolume { .. }));
    let extended = bench.service().extend(&bench.ann, &volume.id, 3, false).await.unwrap();
    assert_eq!((extended.status, extended.size_gb), (VolumeStatus::Extending, 3));
    assert!(matches!(refusal(4).await, Reason::VolumeState { .. }));
    bench.done(&volume, VolumeStatus::Extending).await;
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::Available);

    bench.service().extend(&bench.ann, &volume.id, 4, false).await.unwrap();
    bench.failed(&volume, VolumeStatus::Extending).await;
    let as_before = bench.find(&volume.id).await;
    assert_eq!((as_before.status, as_before.size_gb), (VolumeStatus::ErrorExtending, 3));
    bench.service().extend(&bench.ann, &volume.id, 4, false).await.unwrap();
    bench.failed(&volume, VolumeStatus::Extending).await;
    let admin = bench.cloud.system();
    assert!(bench.service().reset_status(&bench.ann, &volume.id, "available").await.is_err());
    assert!(bench.service().reset_status(&admin, &volume.id, "deleting").await.is_err());
    bench.service().reset_status(&admin, &volume.id, "available").await.unwrap();
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::Available);
}

#[tokio::test]
async fn what_lies_on_a_lost_host_is_forgotten_only_by_force() {
    let bench = Bench::new().await;
    let volume = bench.made(1).await;
    bench.cloud.clock.advance(chrono::TimeDelta::hours(1));
    bench.service().delete(&bench.ann, &volume.id, Deleting::default()).await.unwrap();
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::Deleting);
    let force = Deleting { cascade: false, force: true };
    assert_eq!(bench.service().delete(&bench.ann, &volume.id, force).await.unwrap_err().kind(), Kind::Forbidden);
    bench.service().delete(&bench.cloud.system(), &volume.id, force).await.unwrap();
    assert!(bench.service().volume(&bench.ann, &volume.id).await.is_err());

    bench.cloud.heartbeat(HOST).await;
    let other = bench.made(1).await;
    bench.service().delete(&bench.cloud.system(), &other.id, force).await.unwrap();
    assert_eq!(bench.find(&other.id).await.status, VolumeStatus::Deleting, "its host has to delete it");
}

#[tokio::test]
async fn a_host_that_was_told_long_ago_is_told_again() {
    let bench = Bench::new().await;
    bench.create(1).await;
    let shared = &bench.cloud.services.shared;
    reconcile::remind_of_volumes(shared).await.unwrap();
    assert_eq!(bench.messages_to(HOST).await.len(), 1, "it has time");
    bench.cloud.clock.advance(chrono::TimeDelta::seconds(61));
    reconcile::remind_of_volumes(shared).await.unwrap();
    assert_eq!(bench.messages_to(HOST).await.len(), 1, "nobody hears it");
    bench.cloud.heartbeat(HOST).await;
    reconcile::remind_of_volumes(shared).await.unwrap();
    reconcile::remind_of_volumes(shared).await.unwrap();
    let told = bench.messages_to(HOST).await;
    assert_eq!(told.len(), 2, "once, and then it has time again");
    assert_eq!(told[0], told[1]);
}
