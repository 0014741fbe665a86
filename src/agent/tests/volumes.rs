//! Volumes of whole agents, on a pretended hypervisor.

use std::time::Duration;

use super::{ID, OTHER, launched, simulated};
use crate::agent::testing::{Control, TOKEN};
use crate::bus::contract::{
    AttachmentNews, AttachmentPlan, ConductorMessage, SnapshotPlan, VolumeAt, VolumeNews, VolumePlan,
};
use crate::model::state::Verb;
use crate::model::volume::{AttachStatus, SnapshotStatus, VolumeSource, VolumeStatus};
use crate::model::{InstanceId, Reason, VolumeId};

const VOLUME: &str = "0b9f4c11-7a53-4f6e-9d0e-8a6b1c2d3e4f";
const COPY: &str = "1c0a5d22-8b64-4a7f-8e1f-9b7c2d3e4f50";

fn plan(id: &str, status: VolumeStatus, source: VolumeSource) -> VolumePlan {
    VolumePlan {
        volume_id: id.into(),
        status,
        size_gb: 1,
        source,
        uploads_to: None,
        users: Vec::new(),
        snapshots: Vec::new(),
    }
}

fn attachment(device: &str, boot: bool) -> AttachmentPlan {
    AttachmentPlan {
        attachment_id: "a1a1a1a1-1111-4222-8333-444455556666".into(),
        volume_id: VOLUME.into(),
        status: AttachStatus::Attaching,
        volume_status: VolumeStatus::Available,
        device: device.into(),
        boot,
        read_only: false,
        at: VolumeAt::File,
    }
}

fn record(control: &Control, plan: VolumePlan) -> VolumeId {
    let id = plan.volume_id.clone();
    control.with(|records| records.volumes.insert(id.clone(), plan));
    id
}

fn attach(control: &Control, id: &InstanceId, plan: AttachmentPlan) {
    control.with(|records| records.attachments.insert(id.clone(), vec![plan]));
}

fn detach(control: &Control, id: &InstanceId) {
    control.with(|records| records.attachments.get_mut(id).unwrap()[0].status = AttachStatus::Detaching);
}

/// What was heard of volumes.
fn heard(control: &Control) -> Vec<VolumeNews> {
    control.with(|records| records.volume_news.iter().map(|(_, news)| news.clone()).collect())
}

/// The devices of the only domain that the pretended host knows.
fn devices(control: &Control) -> Vec<String> {
    let text = std::fs::read(control.state_dir().join("simulated-domains.json")).unwrap();
    let domains: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let volumes = domains[ID]["domain"]["volumes"].as_array().unwrap();
    volumes.iter().map(|volume| volume["device"].as_str().unwrap().to_owned()).collect()
}

fn pool(control: &Control) -> Vec<String> {
    let entries = std::fs::read_dir(control.state_dir().join("volumes")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn the_statuses_of_a_volume_say_what_is_done() {
    let control = Control::start(vec![7; 1000]).await;
    let _agent = control.agent(simulated()).await;
    let id = record(&control, plan(VOLUME, VolumeStatus::Creating, VolumeSource::Empty));
    control.work(&id, None).await;
    control.work(&id, None).await;
    assert_eq!(
        heard(&control),
        [VolumeNews::Done { status: VolumeStatus::Creating }],
        "what is done is not done again"
    );
    let snapshot = SnapshotPlan { snapshot_id: "s1".into(), status: SnapshotStatus::Creating };
    control.with(|records| records.volumes.get_mut(&id).unwrap().snapshots.push(snapshot));
    control.work(&id, None).await;
    let source = VolumeSource::Snapshot { snapshot_id: "s1".into(), volume_id: id.clone() };
    let copy = record(&control, plan(COPY, VolumeStatus::Creating, source));
    control.work(&copy, None).await;
    control.with(|records| records.volumes.get_mut(&id).unwrap().snapshots[0].status = SnapshotStatus::Deleting);
    control.work(&id, None).await;
    control.with(|records| records.volumes.get_mut(&id).unwrap().status = VolumeStatus::Deleting);
    control.work(&id, None).await;
    let (done, snapshot_id) = (|status| VolumeNews::Done { status }, || "s1".into());
    assert_eq!(
        heard(&control)[1..],
        [
            VolumeNews::SnapshotDone { snapshot_id: snapshot_id(), status: SnapshotStatus::Creating },
            done(VolumeStatus::Creating),
            VolumeNews::SnapshotDone { snapshot_id: snapshot_id(), status: SnapshotStatus::Deleting },
            done(VolumeStatus::Deleting),
        ]
    );
    assert_eq!(pool(&control), [COPY]);
}

#[tokio::test]
async fn an_image_needs_a_token() {
    let control = Control::start(vec![7; 1000]).await;
    let _agent = control.agent(simulated()).await;
    let source = VolumeSource::Image { image_id: "11111111-2222-4333-8444-555555555555".into() };
    let id = record(&control, plan(VOLUME, VolumeStatus::Downloading, source.clone()));
    control.work(&id, None).await;
    let status = VolumeStatus::Downloading;
    assert_eq!(heard(&control), [VolumeNews::Failed { status, reason: Reason::VolumeInterrupted }]);
    record(&control, plan(VOLUME, status, source));
    control.work(&id, Some(TOKEN)).await;
    assert_eq!(heard(&control)[1..], [VolumeNews::Done { status }]);
}

#[tokio::test]
async fn volumes_come_and_go_while_the_instance_runs_and_stay_through_verbs() {
    let (control, _agent, id) = launched().await;
    let volume = record(&control, plan(VOLUME, VolumeStatus::Creating, VolumeSource::Empty));
    control.work(&volume, None).await;
    attach(&control, &id, attachment("vdb", false));
    control.replug(&id).await;
    control.replug(&id).await;
    assert_eq!(devices(&control), ["vdb"]);
    for verb in [Verb::HardReboot, Verb::Stop, Verb::Start, Verb::Rebuild] {
        control.act_and_wait(&id, verb).await;
        assert_eq!(devices(&control), ["vdb"], "{verb}");
    }
    detach(&control, &id);
    control.replug(&id).await;
    control.replug(&id).await;
    assert_eq!(devices(&control), [""; 0]);
    let news = control.with(|records| records.attachment_news.iter().map(|(_, news)| news.clone()).collect::<Vec<_>>());
    assert_eq!(news, [AttachmentNews::Attached, AttachmentNews::Detached]);
}

#[tokio::test]
async fn a_suspended_instance_keeps_the_disks_that_its_memory_knows() {
    let (control, _agent, id) = launched().await;
    let volume = record(&control, plan(VOLUME, VolumeStatus::Creating, VolumeSource::Empty));
    control.work(&volume, None).await;
    control.act_and_wait(&id, Verb::Suspend).await;
    attach(&control, &id, attachment("vdb", false));
    control.replug(&id).await;
    let news = control.with(|records| records.attachment_news.pop().unwrap().1);
    assert!(matches!(news, AttachmentNews::Failed { reason: Reason::VolumeCannot { .. } }), "{news:?}");
    assert_eq!(devices(&control), [""; 0]);
}

#[tokio::test]
async fn a_launch_makes_the_volume_that_it_starts_from_and_needs_no_image() {
    let control = Control::start(vec![7; 100_000]).await;
    let _agent = control.agent(simulated()).await;
    let id = control.place(ID);
    control.with(|records| records.specs.get_mut(&id).unwrap().image_id = None);
    let source = VolumeSource::Image { image_id: "11111111-2222-4333-8444-555555555555".into() };
    record(&control, VolumePlan { users: vec![id.clone()], ..plan(VOLUME, VolumeStatus::Downloading, source) });
    attach(&control, &id, attachment("vda", true));
    control.build(&id).await;
    let end = control.end(&id).await;
    assert!(matches!(end, ConductorMessage::Settled { .. }), "{end:?}");
    assert_eq!(devices(&control), ["vda"]);
    control.with(|records| {
        assert_eq!(records.attachment_news.last().unwrap().1, AttachmentNews::Attached);
        let details: Vec<_> = records.steps.iter().filter_map(|event| event.detail.clone()).collect();
        assert!(details.contains(&format!("vda: {VOLUME}, made now")), "{details:?}");
    });
    let end = control.act_and_wait(&id, Verb::Rebuild).await;
    assert!(matches!(end, ConductorMessage::Failed { reason: Reason::VolumeCannot { .. }, .. }), "{end:?}");
    control.act_and_wait(&id, Verb::Delete).await;
    assert_eq!(pool(&control), [VOLUME], "only the records say when a volume goes");
}

#[tokio::test]
async fn a_launch_fails_with_its_volume_s_own_reason() {
    let control = Control::start(vec![7; 100_000]).await;
    let _agent = control.agent(simulated()).await;
    let id = control.place(ID);
    let source = VolumeSource::Volume { volume_id: COPY.into() };
    record(&control, plan(VOLUME, VolumeStatus::Creating, source));
    attach(&control, &id, attachment("vdb", false));
    control.build(&id).await;
    let end = control.end(&id).await;
    assert!(matches!(end, ConductorMessage::Failed { .. }), "{end:?}");
}

#[tokio::test]
async fn what_the_records_do_not_have_is_removed_and_what_they_wait_for_is_done() {
    let (control, agent, id) = launched().await;
    let volume = record(&control, plan(VOLUME, VolumeStatus::Creating, VolumeSource::Empty));
    control.work(&volume, None).await;
    drop(agent);
    std::fs::write(control.state_dir().join("volumes").join(OTHER), "{}").unwrap();
    attach(&control, &id, attachment("vdb", false));
    record(&control, plan(COPY, VolumeStatus::Creating, VolumeSource::Volume { volume_id: volume }));
    let _agent = control.agent(simulated()).await;
    let so = async {
        while devices(&control) != ["vdb"] || pool(&control).len() != 2 || !pool(&control).contains(&COPY.to_owned()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), so).await.expect("the host is not mended");
}

/// A volume that is to become an image, and the image, which waits for data.
async fn to_be_sent(control: &Control) -> (VolumeId, String) {
    let id = record(control, plan(VOLUME, VolumeStatus::Creating, VolumeSource::Empty));
    control.work(&id, None).await;
    let image = OTHER.to_owned();
    control.with(|records| {
        records.queued.insert(image.clone(), None);
        let plan = records.volumes.get_mut(&id).unwrap();
        (plan.status, plan.uploads_to) = (VolumeStatus::Uploading, Some(image.as_str().into()));
    });
    (id, image)
}

fn sent(control: &Control, image: &str) -> Option<Vec<u8>> {
    control.with(|records| records.queued[image].clone())
}

fn on_their_way(control: &Control) -> usize {
    std::fs::read_dir(control.state_dir().join("uploads")).unwrap().count()
}

#[tokio::test]
async fn a_volume_is_sent_to_the_image_that_waits_for_it_despite_an_outage_and_once() {
    let control = Control::start(vec![7; 1000]).await;
    let _agent = control.agent(simulated()).await;
    let (id, image) = to_be_sent(&control).await;
    control.with(|records| records.broken_uploads = 1);
    control.work(&id, Some(TOKEN)).await;
    let data = sent(&control, &image).unwrap();
    assert!(data.starts_with(b"QFI\xfb"), "it is sent in the image's own format");
    let status = VolumeStatus::Uploading;
    assert_eq!(heard(&control)[1..], [VolumeNews::Done { status }]);
    assert_eq!((on_their_way(&control), pool(&control)), (0, vec![VOLUME.to_owned()]));

    // A message that comes again, because what was said of the first one was lost.
    control.with(|records| {
        records.queued.insert(image.clone(), Some(vec![1]));
        records.volumes.get_mut(&id).unwrap().status = status;
    });
    control.work(&id, Some(TOKEN)).await;
    assert_eq!(heard(&control)[2..], [VolumeNews::Done { status }]);
    assert_eq!(sent(&control, &image), Some(vec![1]), "what is there is not sent again");
}

#[tokio::test]
async fn an_image_of_a_volume_fails_without_a_token_that_is_good() {
    let control = Control::start(vec![7; 1000]).await;
    let _agent = control.agent(simulated()).await;
    let (id, _) = to_be_sent(&control).await;
    control.work(&id, None).await;
    let status = VolumeStatus::Uploading;
    assert_eq!(heard(&control)[1..], [VolumeNews::Failed { status, reason: Reason::UploadInterrupted }]);
    control.with(|records| records.volumes.get_mut(&id).unwrap().status = status);
    control.work(&id, Some("no token")).await;
    let refused = heard(&control).pop();
    let is_refusal = |reason: &Reason| matches!(reason, Reason::ServiceRefused { status: 401, .. });
    assert!(matches!(&refused, Some(VolumeNews::Failed { reason, .. }) if is_refusal(reason)), "{refused:?}");
    assert_eq!(on_their_way(&control), 0);
}
