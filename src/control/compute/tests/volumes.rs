//! Instances with volumes: attached, detached, launched with.

use async_trait::async_trait;
use chrono::TimeDelta;

use super::launching::Stage;
use super::*;
use crate::bus;
use crate::bus::contract::{AttachmentNews, AttachmentPlan, VolumeAt, VolumeNews};
use crate::control::store::allocations;
use crate::control::workflow::reconcile;
use crate::model::host::{VolumePool, VolumePoolKind};
use crate::model::launch::{DiskFrom, DiskRequest, LaunchRequest};
use crate::model::quota::Resource;
use crate::model::volume::{AttachStatus, Attachment, FillFrom, NewAttachment, NewVolume, Volume, VolumeStatus};
use crate::model::{ImageId, Kind, VolumeId};

/// A host that serves volumes to others.
struct Serves;

#[async_trait]
impl Handler for Serves {
    async fn handle(&self, message: Envelope) -> Outcome {
        match message.open() {
            Ok(ComputeMessage::ExportVolume { volume_id, .. }) => bus::answer(&VolumeAt::Nbd {
                host: "elsewhere".into(),
                address: Some("192.0.2.1:10809".into()),
                export: Some(volume_id.to_string()),
            }),
            other => Outcome::Retry(format!("{other:?}")),
        }
    }
}

impl Bench {
    /// A volume that its host has made.
    pub(super) async fn volume(&self, ctx: &Ctx) -> Volume {
        let new = NewVolume { name: "data".into(), size_gb: Some(1), ..NewVolume::default() };
        let volume = self.cloud.services.volume.create(ctx, new).await.unwrap();
        self.volume_done(&volume.id, VolumeStatus::Creating).await;
        self.volume_now(&volume.id).await
    }

    pub(super) async fn volume_now(&self, id: &VolumeId) -> Volume {
        self.cloud.services.volume.volume(&self.ctx, id).await.unwrap()
    }

    pub(super) async fn volume_done(&self, id: &VolumeId, status: VolumeStatus) {
        self.volume_news(id, VolumeNews::Done { status }).await;
    }

    /// What the host on which it lies says.
    pub(super) async fn volume_news(&self, id: &VolumeId, news: VolumeNews) {
        let host = self.volume_now(id).await.host.unwrap_or_default();
        let told = ConductorMessage::VolumeNews { host, volume_id: id.clone(), request_id: "req-agent".into(), news };
        self.tell(told).await.unwrap();
    }

    pub(super) async fn attachment_news(&self, attachment: &Attachment, news: AttachmentNews) {
        let told = ConductorMessage::AttachmentNews {
            host: HOST.into(),
            instance_id: attachment.instance_id.clone(),
            attachment_id: attachment.id.clone(),
            request_id: "req-agent".into(),
            news,
        };
        self.tell(told).await.unwrap();
    }

    async fn attach(&self, id: &InstanceId, volume: &VolumeId, device: Option<&str>) -> Result<Attachment, Reason> {
        let new = NewAttachment {
            volume_id: volume.clone(),
            device: device.map(str::to_owned),
            tag: None,
            delete_on_termination: false,
        };
        let attached = self.cloud.services.compute.attach_volume(&self.asking("req-attach"), id, new).await;
        attached.map_err(|error| error.reason)
    }

    async fn plans(&self, id: &InstanceId) -> Vec<AttachmentPlan> {
        let question = ConductorMessage::VolumesOf { host: HOST.into(), instance_id: id.clone() };
        serde_json::from_value(self.tell(question).await.unwrap()).unwrap()
    }

    /// How the last row of that action on the timeline ended.
    async fn row(&self, id: &InstanceId, action: &str) -> crate::model::step::StepResult {
        let rows = events::of_instance(self.shared().db.read(), id).await.unwrap();
        rows.into_iter().rfind(|row| row.action == action).unwrap().result
    }
}

#[tokio::test]
async fn a_volume_comes_and_goes_while_the_instance_runs() {
    use crate::model::step::StepResult::{Done, Running};
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let volume = bench.volume(&bench.ctx).await;
    bench.outbox_emptied().await;

    let attachment = bench.attach(&id, &volume.id, None).await.unwrap();
    assert_eq!(attachment.device, "vdb");
    assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::Attaching);
    let message = ComputeMessage::Volumes { instance_id: id.clone(), request_id: "req-attach".into() };
    assert_eq!(bench.messages_to(HOST).await, [message]);
    let [plan] = &bench.plans(&id).await[..] else { panic!("one volume") };
    assert_eq!((&plan.at, plan.status), (&VolumeAt::File, AttachStatus::Attaching));
    assert!(matches!(bench.attach(&id, &volume.id, None).await, Err(Reason::VolumeState { .. })));
    assert_eq!(bench.row(&id, "attach_volume").await, Running);
    bench.attachment_news(&attachment, AttachmentNews::Detached).await;
    bench.attachment_news(&attachment, AttachmentNews::Attached).await;
    assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::InUse);
    assert_eq!(bench.row(&id, "attach_volume").await, Done);

    let compute = &bench.cloud.services.compute;
    let shown = compute.instance(&bench.ctx, &id).await.unwrap();
    assert_eq!(shown.volumes[0].status, AttachStatus::Attached);
    let other = bench.volume(&bench.ctx).await;
    assert!(matches!(bench.attach(&id, &other.id, Some("/dev/vdb")).await, Err(Reason::DeviceInUse { .. })));
    let ctx = bench.asking("req-detach");
    compute.detach_volume(&ctx, &id, &volume.id).await.unwrap();
    assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::Detaching);
    let failure = AttachmentNews::Failed { reason: Reason::HypervisorRefused { why: "busy".into() } };
    bench.attachment_news(&attachment, failure).await;
    assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::InUse);
    compute.detach_volume(&ctx, &id, &volume.id).await.unwrap();
    bench.attachment_news(&attachment, AttachmentNews::Detached).await;
    let free = bench.volume_now(&volume.id).await;
    assert_eq!((free.status, free.attachments), (VolumeStatus::Available, vec![]));
    assert_eq!(bench.plans(&id).await, []);
}

#[tokio::test]
async fn a_volume_that_cannot_be_attached_is_free_again_and_says_why() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let volume = bench.volume(&bench.ctx).await;
    let attachment = bench.attach(&id, &volume.id, Some("/dev/sdd")).await.unwrap();
    assert_eq!(attachment.device, "vdd");
    let failure = AttachmentNews::Failed { reason: Reason::HypervisorRefused { why: "no slot".into() } };
    bench.attachment_news(&attachment, failure).await;
    let free = bench.volume_now(&volume.id).await;
    assert_eq!((free.status, free.attachments), (VolumeStatus::Available, vec![]));
    assert_eq!(bench.row(&id, "attach_volume").await, crate::model::step::StepResult::Failed);
    let messages = bench.cloud.services.volume.messages(&bench.ctx).await.unwrap();
    assert_eq!((messages.len(), messages[0].request_id.as_str()), (1, "req-attach"));
}

#[tokio::test]
async fn a_volume_on_its_way_into_an_instance_is_reset_only_to_what_can_be_true() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let volume = bench.volume(&bench.ctx).await;
    let attachment = bench.attach(&id, &volume.id, None).await.unwrap();
    let (service, admin) = (&bench.cloud.services.volume, &bench.cloud.system());
    for status in ["available", "in-use", "error_extending"] {
        let refusal = service.reset_status(admin, &volume.id, status).await.unwrap_err().reason;
        let Reason::NotAChoice { choices, .. } = refusal else { panic!("{refusal:?}") };
        assert_eq!(choices, "reserved, error");
    }
    service.reset_status(admin, &volume.id, "error").await.unwrap();
    service.reset_status(admin, &volume.id, "reserved").await.unwrap();
    bench.attachment_news(&attachment, AttachmentNews::Attached).await;
    assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::InUse);
}

#[tokio::test]
async fn a_volume_that_could_not_grow_is_tried_again_or_given_back() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let volume = bench.volume(&bench.ctx).await;
    let attachment = bench.attach(&id, &volume.id, None).await.unwrap();
    let service = &bench.cloud.services.volume;
    let early = service.extend(&bench.ctx, &volume.id, 2, true).await.unwrap_err();
    assert!(matches!(early.reason, Reason::VolumeState { .. }));
    bench.attachment_news(&attachment, AttachmentNews::Attached).await;
    let failure = || VolumeNews::Failed { status: VolumeStatus::Extending, reason: Reason::VolumeInterrupted };
    for _ in 0..2 {
        service.extend(&bench.ctx, &volume.id, 2, true).await.unwrap();
        bench.volume_news(&volume.id, failure()).await;
        assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::ErrorExtending);
    }
    assert!(service.extend(&bench.ctx, &volume.id, 2, false).await.is_err(), "a client that does not know of it");
    let ctx = bench.asking("req-detach");
    bench.cloud.services.compute.detach_volume(&ctx, &id, &volume.id).await.unwrap();
    bench.attachment_news(&attachment, AttachmentNews::Detached).await;
    assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::Available);

    service.set_read_only(&bench.ctx, &volume.id, true).await.unwrap();
    let attachment = bench.attach(&id, &volume.id, None).await.unwrap();
    bench.attachment_news(&attachment, AttachmentNews::Attached).await;
    let refusal = service.extend(&bench.ctx, &volume.id, 2, true).await.unwrap_err();
    assert!(matches!(refusal.reason, Reason::VolumeCannot { .. }));
}

#[tokio::test]
async fn a_volume_on_another_host_is_served_first() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let silenced = bench.cloud.services.compute.set_host_enabled(&bench.ctx, HOST, false, None);
    silenced.await.unwrap();
    bench.host("elsewhere", 1000).await;
    let volume = bench.volume(&bench.ctx).await;
    assert_eq!(volume.host.as_deref(), Some("elsewhere"));
    assert!(bench.attach(&id, &volume.id, None).await.is_err(), "its host is silent");
    assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::Available);

    let _host = bench.shared().bus.consume(Topic::compute("elsewhere"), 1, Arc::new(Serves)).await.unwrap();
    bench.attach(&id, &volume.id, None).await.unwrap();
    let [plan] = &bench.plans(&id).await[..] else { panic!("one volume") };
    let served = VolumeAt::Nbd {
        host: "elsewhere".into(),
        address: Some("192.0.2.1:10809".into()),
        export: Some(volume.id.to_string()),
    };
    assert_eq!(plan.at, served);
    let attachment = bench.volume_now(&volume.id).await.attachments.remove(0);
    bench.attachment_news(&attachment, AttachmentNews::Attached).await;
    let refused = bench.cloud.services.volume.extend(&bench.ctx, &volume.id, 2, true).await.unwrap_err();
    assert!(matches!(refused.reason, Reason::VolumeCannot { .. }), "{refused}");
    assert_eq!(bench.volume_now(&volume.id).await.status, VolumeStatus::InUse);
}

#[tokio::test]
async fn a_volume_in_a_cluster_is_reached_directly_and_takes_no_disk() {
    let bench = Bench::new().await;
    let pool = |capacity_gb| Some(VolumePool { kind: VolumePoolKind::Rbd, name: "volumes".into(), capacity_gb });
    bench.host_with(HOST, 1000, pool(3)).await;
    let id = bench.running("a").await;
    let silenced = bench.cloud.services.compute.set_host_enabled(&bench.ctx, HOST, false, None);
    silenced.await.unwrap();
    bench.host_with("elsewhere", 1000, pool(3)).await;
    let volume = bench.volume(&bench.ctx).await;
    // Nobody listens there: nobody is asked to serve it.
    bench.attach(&id, &volume.id, None).await.unwrap();
    let [plan] = &bench.plans(&id).await[..] else { panic!("one volume") };
    let image = format!("volume-{}.elsewhere", volume.id);
    assert_eq!(plan.at, VolumeAt::Rbd { host: "elsewhere".into(), pool: "volumes".into(), image });

    let hosts = bench.cloud.services.compute.hosts(&bench.ctx).await.unwrap();
    let used: Vec<_> = hosts.iter().map(|host| (host.disk_gb_used, host.pool_gb_used)).collect();
    // All hosts share the pool's room.
    assert!(used.iter().all(|(_, pool)| *pool == 1) && used.iter().any(|(disk, _)| *disk == 0), "{used:?}");
    let claimed = allocations::used(bench.shared().db.read(), &hosts[0].inventory.host).await.unwrap();
    assert_eq!(claimed.disk_gb, hosts[0].disk_gb_used);
    let large = NewVolume { name: "large".into(), size_gb: Some(3), ..NewVolume::default() };
    let refused = bench.cloud.services.volume.create(&bench.ctx, large).await.unwrap_err();
    assert_eq!(refused.reason, Reason::NoRoomForVolume { size: 3 });
}

pub(super) fn disk(from: DiskFrom, boot: bool) -> DiskRequest {
    let size_gb = matches!(from, DiskFrom::New(_)).then_some(2);
    DiskRequest { from, size_gb, boot, delete_on_termination: boot, volume_type: None, device: None, tag: None }
}

/// A launch that starts from a new volume with the image on it.
pub(super) fn from_volume(stage: &Stage, others: Vec<DiskRequest>) -> LaunchRequest {
    let request = stage.request();
    let image: ImageId = request.image_id.clone().unwrap();
    let mut disks = vec![disk(DiskFrom::New(FillFrom::Image(image)), true)];
    disks.extend(others);
    LaunchRequest {
        image_id: None,
        more: crate::model::launch::LaunchOptions { disks, ..request.more.clone() },
        ..request
    }
}

pub(super) async fn launch(stage: &Stage, request: LaunchRequest) -> Instance {
    let compute = &stage.bench.cloud.services.compute;
    compute.launch(&stage.user, request).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_launch_makes_its_volume_where_the_instance_will_be() {
    let stage = Stage::new().await;
    let bench = &stage.bench;
    let data = bench.volume(&stage.user).await;
    let used = async || bench.cloud.services.compute.hosts(&bench.ctx).await.unwrap()[0].disk_gb_used;
    assert_eq!(used().await, 1);
    let request = from_volume(&stage, vec![disk(DiskFrom::Volume(data.id.clone()), false)]);
    let instance = launch(&stage, request).await;
    assert_eq!((instance.image.clone(), instance.volumes.len()), (None, 2));
    let root = instance.volumes[0].volume_id.clone();
    let made = bench.volume_now(&root).await;
    assert_eq!((made.status, made.host, made.bootable), (VolumeStatus::Downloading, None, true));
    assert_eq!(bench.volume_now(&data.id).await.status, VolumeStatus::Reserved);

    bench.schedule(&instance.id).await;
    assert_eq!(bench.volume_now(&root).await.host.as_deref(), Some(HOST));
    assert_eq!(used().await, 3, "nothing but the volumes");
    let plans = bench.plans(&instance.id).await;
    let seen: Vec<_> = plans.iter().map(|plan| (plan.device.as_str(), plan.boot, plan.volume_status)).collect();
    assert_eq!(seen, [("vda", true, VolumeStatus::Downloading), ("vdb", false, VolumeStatus::Reserved)]);
    bench.volume_done(&root, VolumeStatus::Downloading).await;
    assert_eq!(bench.volume_now(&root).await.status, VolumeStatus::Reserved);

    let request = bench.request_of(&instance.id).await;
    bench.settled(&instance.id, &request, VmState::Active, PowerState::Running).await.unwrap();
    for id in [&root, &data.id] {
        let volume = bench.volume_now(id).await;
        assert_eq!((volume.status, volume.attachments[0].status), (VolumeStatus::InUse, AttachStatus::Attached));
    }
    let compute = &bench.cloud.services.compute;
    let refused = compute.detach_volume(&stage.user, &instance.id, &root).await.unwrap_err();
    assert!(matches!(refused.reason, Reason::RootVolume { .. }));

    let mut ctx = stage.user.clone();
    ctx.request_id = "req-delete".into();
    compute.act(&ctx, &instance.id, crate::model::state::Verb::Delete, None).await.unwrap();
    bench.outbox_emptied().await;
    bench.settled(&instance.id, "req-delete", VmState::Deleted, PowerState::NoState).await.unwrap();
    assert_eq!(bench.volume_now(&data.id).await.status, VolumeStatus::Available);
    assert_eq!(bench.volume_now(&root).await.status, VolumeStatus::Deleting);
    assert!(
        matches!(&bench.messages_to(HOST).await[..], [ComputeMessage::Volume { volume_id, .. }] if *volume_id == root)
    );
}

#[tokio::test]
async fn a_launch_may_take_long_while_its_volume_is_being_filled() {
    let stage = Stage::new().await;
    let bench = &stage.bench;
    let instance = launch(&stage, from_volume(&stage, vec![])).await;
    let root = instance.volumes[0].volume_id.clone();
    bench.schedule(&instance.id).await;
    for percent in [10, 20, 30] {
        bench.cloud.clock.advance(TimeDelta::seconds(500));
        bench.volume_news(&root, VolumeNews::Progress { percent }).await;
        reconcile::overdue(bench.shared(), Default::default()).await.unwrap();
        assert_eq!(bench.instance(&instance.id).await.vm_state, VmState::Building, "{percent}");
    }
    // A copy that hangs says the same again and again.
    bench.cloud.clock.advance(TimeDelta::seconds(500));
    bench.volume_news(&root, VolumeNews::Progress { percent: 30 }).await;
    bench.cloud.clock.advance(TimeDelta::seconds(101));
    reconcile::overdue(bench.shared(), Default::default()).await.unwrap();
    assert_eq!(bench.instance(&instance.id).await.vm_state, VmState::Error);
}

#[tokio::test]
async fn a_volume_that_others_need_stays_when_its_instance_goes_and_says_why() {
    let stage = Stage::new().await;
    let bench = &stage.bench;
    let service = &bench.cloud.services.volume;
    let instance = launch(&stage, from_volume(&stage, vec![])).await;
    let root = instance.volumes[0].volume_id.clone();
    bench.schedule(&instance.id).await;
    bench.volume_done(&root, VolumeStatus::Downloading).await;
    let request = bench.request_of(&instance.id).await;
    bench.settled(&instance.id, &request, VmState::Active, PowerState::Running).await.unwrap();
    let copy = NewVolume { from: FillFrom::Volume(root.clone()), ..NewVolume::default() };
    service.create(&stage.user, copy).await.unwrap();

    let mut ctx = stage.user.clone();
    ctx.request_id = "req-delete".into();
    bench.cloud.services.compute.act(&ctx, &instance.id, crate::model::state::Verb::Delete, None).await.unwrap();
    bench.settled(&instance.id, "req-delete", VmState::Deleted, PowerState::NoState).await.unwrap();
    assert_eq!(bench.volume_now(&root).await.status, VolumeStatus::Available);
    let [message] = &service.messages(&stage.user).await.unwrap()[..] else { panic!("one message") };
    assert_eq!(message.resource_id, root.as_str());
    assert!(matches!(message.reason, Reason::InUse { .. }));
}

#[tokio::test]
async fn a_launch_that_fails_gives_back_what_it_took() {
    let stage = Stage::new().await;
    let bench = &stage.bench;
    let data = bench.volume(&stage.user).await;
    let request = from_volume(&stage, vec![disk(DiskFrom::Volume(data.id.clone()), false)]);
    let unplaced = launch(&stage, request.clone()).await;
    let root = unplaced.volumes[0].volume_id.clone();
    let mut ctx = stage.user.clone();
    ctx.request_id = "req-delete".into();
    let compute = &bench.cloud.services.compute;
    compute.act(&ctx, &unplaced.id, crate::model::state::Verb::Delete, None).await.unwrap();
    assert!(bench.cloud.services.volume.volume(&bench.ctx, &root).await.is_err(), "it never lay anywhere");
    assert_eq!(bench.volume_now(&data.id).await.status, VolumeStatus::Available);

    let placed = launch(&stage, request).await;
    let root = placed.volumes[0].volume_id.clone();
    bench.schedule(&placed.id).await;
    let request = bench.request_of(&placed.id).await;
    bench.failed(&placed.id, &request, VmState::Error).await.unwrap();
    assert_eq!(bench.volume_now(&root).await.status, VolumeStatus::Deleting);
    assert_eq!(bench.volume_now(&data.id).await.status, VolumeStatus::Available);
    assert_eq!(bench.count("SELECT count(*) FROM volume_attachments").await, 0);
}

#[tokio::test]
async fn launches_with_volumes_that_cannot_be_had_are_refused() {
    let stage = Stage::new().await;
    let bench = &stage.bench;
    let compute = &bench.cloud.services.compute;
    let refusal = async |request| compute.launch(&stage.user, request).await.unwrap_err().reason;
    let with = |request: LaunchRequest, disks: Vec<DiskRequest>| LaunchRequest {
        more: crate::model::launch::LaunchOptions { disks, ..request.more.clone() },
        ..request
    };
    let none = LaunchRequest { image_id: None, ..stage.request() };
    assert!(matches!(refusal(none.clone()).await, Reason::Required { .. }));
    let two = LaunchRequest { image_id: stage.request().image_id, ..from_volume(&stage, vec![]) };
    assert!(matches!(refusal(two).await, Reason::Malformed { .. }));
    let blank = disk(DiskFrom::New(FillFrom::Nothing), true);
    assert!(matches!(refusal(with(none.clone(), vec![blank])).await, Reason::VolumeCannot { .. }));
    let data = bench.volume(&stage.user).await;
    let not_bootable = disk(DiskFrom::Volume(data.id.clone()), true);
    assert!(matches!(refusal(with(none, vec![not_bootable])).await, Reason::NotBootable { .. }));
    let twice = vec![disk(DiskFrom::Volume(data.id.clone()), false), disk(DiskFrom::Volume(data.id), false)];
    assert!(matches!(refusal(with(stage.request(), twice)).await, Reason::VolumeState { .. }));
    let quota = &bench.cloud.services.quota;
    quota.set(&bench.ctx, &stage.user.project_id, Resource::Gigabytes, 2).await.unwrap();
    let refused = compute.launch(&stage.user, from_volume(&stage, vec![])).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::OverQuota);
    assert_eq!(bench.count("SELECT count(*) FROM volumes").await, 1);
    assert_eq!(bench.count("SELECT count(*) FROM instances").await, 0);
}
