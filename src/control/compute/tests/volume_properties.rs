//! Whatever is asked and told, in whatever order: an attachment and its volume always say the same.

use proptest::prelude::*;

use super::*;
use crate::bus::contract::{AttachmentNews, VolumeNews};
use crate::control::volume::Deleting;
use crate::control::workflow::reconcile;
use crate::model::volume::{NewAttachment, NewSnapshot, NewVolume, SnapshotStatus, Volume, VolumeStatus};

/// Each number picks one of what there is.
#[derive(Debug, Clone)]
enum Event {
    Create,
    Delete(usize, bool),
    Extend(usize),
    Snapshot(usize),
    DeleteSnapshot(usize),
    Reserve(usize, bool),
    Reset(usize, usize),
    Transfer(usize),
    Attach(usize, usize),
    Detach(usize),
    Done(usize, usize),
    Failed(usize, usize),
    SnapshotDone(usize, usize),
    Attached(usize),
    Detached(usize),
    NotDone(usize),
    DeleteInstance(usize),
    InstanceGone(usize),
    Mend,
}

fn event() -> impl Strategy<Value = Event> {
    let n = || 0usize..4;
    let status = || 0usize..VolumeStatus::ALL.len();
    prop_oneof![
        4 => Just(Event::Create),
        2 => (n(), any::<bool>()).prop_map(|(volume, cascade)| Event::Delete(volume, cascade)),
        2 => n().prop_map(Event::Extend),
        2 => n().prop_map(Event::Snapshot),
        1 => n().prop_map(Event::DeleteSnapshot),
        2 => (n(), any::<bool>()).prop_map(|(volume, on)| Event::Reserve(volume, on)),
        2 => (n(), status()).prop_map(|(volume, status)| Event::Reset(volume, status)),
        1 => n().prop_map(Event::Transfer),
        6 => (n(), n()).prop_map(|(instance, volume)| Event::Attach(instance, volume)),
        4 => n().prop_map(Event::Detach),
        8 => (n(), status()).prop_map(|(volume, status)| Event::Done(volume, status)),
        3 => (n(), status()).prop_map(|(volume, status)| Event::Failed(volume, status)),
        2 => (n(), n()).prop_map(|(snapshot, status)| Event::SnapshotDone(snapshot, status)),
        4 => n().prop_map(Event::Attached),
        3 => n().prop_map(Event::Detached),
        2 => n().prop_map(Event::NotDone),
        1 => n().prop_map(Event::DeleteInstance),
        1 => n().prop_map(Event::InstanceGone),
        1 => Just(Event::Mend),
    ]
}

fn pick<T>(all: &[T], number: usize) -> Option<&T> {
    all.get(number % all.len().max(1))
}

fn why() -> Reason {
    Reason::VolumeDamaged { why: "on purpose".into() }
}

impl Bench {
    /// What happens to volumes, if there is something for it to happen to. Refusals are part of it. Things are named after the
    /// step that makes them and picked in that order, so that the same events are the same story again.
    async fn volume_event(&self, instances: &[InstanceId], step: usize, event: Event) -> Option<()> {
        let (service, compute) = (&self.cloud.services.volume, &self.cloud.services.compute);
        let ctx = &self.asking(&crate::control::context::new_request_id());
        let mut volumes = service.volumes(ctx, true).await.unwrap();
        volumes.sort_by(|a, b| a.name.cmp(&b.name));
        let mut snapshots = service.snapshots(ctx, true).await.unwrap();
        snapshots.sort_by(|a, b| a.name.cmp(&b.name));
        let name = format!("{step:02}");
        let attachments: Vec<_> = volumes.iter().flat_map(|volume| volume.attachments.clone()).collect();
        let volume = |number| pick(&volumes, number).map(|volume: &Volume| volume.id.clone());
        match event {
            Event::Create => {
                let new = NewVolume { name, size_gb: Some(1), ..NewVolume::default() };
                let _ = service.create(ctx, new).await;
            }
            Event::Delete(number, cascade) => {
                let _ = service.delete(ctx, &volume(number)?, Deleting { cascade, force: false }).await;
            }
            Event::Extend(number) => {
                let volume = pick(&volumes, number)?;
                let _ = service.extend(ctx, &volume.id, volume.size_gb + 1, true).await;
            }
            Event::Snapshot(number) => {
                let (volume_id, metadata) = (volume(number)?, Default::default());
                let new = NewSnapshot { volume_id, name, description: None, metadata, force: true };
                let _ = service.create_snapshot(ctx, new).await;
            }
            Event::DeleteSnapshot(number) => {
                let _ = service.delete_snapshot(ctx, &pick(&snapshots, number)?.id, false).await;
            }
            Event::Reserve(number, on) => {
                let _ = service.set_reserved(ctx, &volume(number)?, on).await;
            }
            Event::Reset(number, status) => {
                let _ = service.reset_status(ctx, &volume(number)?, VolumeStatus::ALL[status].as_str()).await;
            }
            Event::Transfer(number) => {
                let _ = service.create_transfer(ctx, &volume(number)?, "", false).await;
            }
            Event::Attach(instance, number) => {
                let volume_id = volume(number)?;
                let new = NewAttachment { volume_id, device: None, tag: None, delete_on_termination: number == 0 };
                let _ = compute.attach_volume(ctx, pick(instances, instance)?, new).await;
            }
            Event::Detach(number) => {
                let attachment = pick(&attachments, number)?;
                let _ = compute.detach_volume(ctx, &attachment.instance_id, &attachment.volume_id).await;
            }
            Event::Done(number, status) => {
                let status = VolumeStatus::ALL[status];
                self.volume_news(&volume(number)?, VolumeNews::Done { status }).await;
            }
            Event::Failed(number, status) => {
                let status = VolumeStatus::ALL[status];
                self.volume_news(&volume(number)?, VolumeNews::Failed { status, reason: why() }).await;
            }
            Event::SnapshotDone(number, status) => {
                let snapshot = pick(&snapshots, number)?;
                let status = *pick(SnapshotStatus::ALL, status)?;
                let news = VolumeNews::SnapshotDone { snapshot_id: snapshot.id.clone(), status };
                self.volume_news(&snapshot.volume_id, news).await;
            }
            Event::Attached(number) => {
                self.hears_of(pick(&attachments, number)?, AttachmentNews::Attached).await;
            }
            Event::Detached(number) => {
                self.hears_of(pick(&attachments, number)?, AttachmentNews::Detached).await;
            }
            Event::NotDone(number) => {
                self.hears_of(pick(&attachments, number)?, AttachmentNews::Failed { reason: why() }).await;
            }
            Event::DeleteInstance(number) => {
                let verb = crate::model::state::Verb::Delete;
                let _ = compute.act(ctx, pick(instances, number)?, verb, None).await;
            }
            Event::InstanceGone(number) => {
                let id = pick(instances, number)?;
                let request = self.task_request(id).await?;
                let _ = self.settled(id, &request, VmState::Deleted, PowerState::NoState).await;
            }
            Event::Mend => {
                reconcile::at_start(self.shared()).await;
                reconcile::remind_of_volumes(self.shared()).await.unwrap();
            }
        }
        Some(())
    }

    /// As the instance's host says it, if the instance is still there.
    async fn hears_of(&self, attachment: &crate::model::volume::Attachment, news: AttachmentNews) {
        if self.find(&attachment.instance_id).await.is_some() {
            self.attachment_news(attachment, news).await;
        }
    }

    /// What must hold after every single event.
    async fn check_volumes(&self) {
        const WRONG: [(&str, &str); 5] = [
            (
                "an attachment whose volume is in no matching status",
                "SELECT count(*) FROM volume_attachments a JOIN volumes v ON v.id = a.volume_id WHERE NOT CASE a.status \
                 WHEN 'attaching' THEN v.status IN ('attaching', 'reserved', 'creating', 'downloading', 'error') \
                 WHEN 'attached' THEN v.status IN ('in-use', 'extending', 'uploading', 'error', 'error_extending') \
                 ELSE v.status IN ('detaching', 'error', 'error_extending') END",
            ),
            (
                "a volume that says it is attached and is not",
                "SELECT count(*) FROM volumes v WHERE v.status IN ('attaching', 'in-use', 'detaching') \
                 AND NOT EXISTS (SELECT 1 FROM volume_attachments a WHERE a.volume_id = v.id)",
            ),
            (
                "an attachment of an instance that is gone",
                "SELECT count(*) FROM volume_attachments a WHERE NOT EXISTS (SELECT 1 FROM instances i \
                 WHERE i.id = a.instance_id AND i.deleted_at IS NULL)",
            ),
            (
                "a volume in two instances",
                "SELECT count(*) FROM (SELECT 1 FROM volume_attachments GROUP BY volume_id HAVING count(*) > 1) AS twice",
            ),
            (
                "a transfer of a volume that does not wait for it",
                "SELECT count(*) FROM volume_transfers t JOIN volumes v ON v.id = t.volume_id \
                 WHERE v.status <> 'awaiting-transfer'",
            ),
        ];
        for (what, sql) in WRONG {
            assert_eq!(self.count(sql).await, 0, "{what}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn attachments_and_volumes_always_say_the_same(events in prop::collection::vec(event(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::new().await;
            bench.host(HOST, 1000).await;
            let instances = [bench.running("a").await, bench.running("b").await];
            for (step, event) in events.into_iter().enumerate() {
                bench.volume_event(&instances, step, event).await;
                bench.check_volumes().await;
            }
        });
    }
}
