//! Images of instances.

use super::*;
use crate::control::store::images;
use crate::control::workflow::reconcile;
use crate::model::image::{Image, ImageStatus};
use crate::model::instance::NewInstanceImage;
use crate::model::state::Verb;
use crate::model::step::StepResult;
use crate::model::{ImageId, Kind};

impl Bench {
    async fn create_image(&self, id: &InstanceId) -> Image {
        let metadata = [("purpose".to_owned(), "test".to_owned())].into();
        let wanted = NewInstanceImage { name: "golden".into(), metadata };
        self.cloud.services.compute.create_image(&self.asking("req-image"), id, wanted).await.unwrap()
    }

    async fn image(&self, id: &ImageId) -> Option<Image> {
        images::find(self.shared().db.read(), id).await.unwrap()
    }

    async fn task(&self, id: &InstanceId, task: TaskState, percent: i64) {
        let (host, instance_id, request_id) = (HOST.to_owned(), id.clone(), "req-image".to_owned());
        let percent = Some(percent);
        self.tell(ConductorMessage::Task { host, instance_id, request_id, task, percent }).await.unwrap();
    }

    /// Its data came.
    async fn fill(&self, id: &ImageId) {
        let mut tx = self.shared().db.write().await.unwrap();
        db::query("UPDATE images SET status = 'active' WHERE id = $1").bind(id).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What became of the request, on the timeline.
    async fn result(&self, id: &InstanceId) -> StepResult {
        let rows = self.cloud.services.compute.timeline(&self.ctx, id).await.unwrap();
        rows.into_iter().find(|row| row.action == "createImage").unwrap().result
    }
}

#[tokio::test]
async fn an_image_of_an_instance_says_what_it_is_of_and_the_instance_is_as_before() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    bench.outbox_emptied().await;
    let image = bench.create_image(&id).await;
    assert_eq!((image.status, image.min_disk), (ImageStatus::Queued, 1));
    for (key, value) in
        [("image_type", "snapshot"), ("instance_uuid", id.as_str()), ("base_image_ref", "i"), ("purpose", "test")]
    {
        assert_eq!(image.properties[key], value);
    }
    let told = bench.messages_to(HOST).await;
    assert!(matches!(&told[..], [ComputeMessage::Act { verb: Verb::CreateImage, token: Some(_), .. }]), "{told:?}");
    let question = ConductorMessage::Instance {
        host: HOST.into(),
        instance_id: id.clone(),
        request_id: "req-image".into(),
        for_launch: false,
    };
    assert_eq!(bench.tell(question).await.unwrap()["uploads_to"], image.id.as_str());

    assert_eq!(bench.instance(&id).await.task_state, Some(TaskState::ImageSnapshot));
    bench.task(&id, TaskState::ImageUploading, 60).await;
    let busy = bench.instance(&id).await;
    assert_eq!((busy.task_state, busy.progress), (Some(TaskState::ImageUploading), Some(60)));
    bench.fill(&image.id).await;
    bench.settled(&id, "req-image", VmState::Active, PowerState::Running).await.unwrap();
    let settled = bench.instance(&id).await;
    assert_eq!((settled.vm_state, settled.task_state, settled.progress), (VmState::Active, None, None));
    assert!(bench.image(&image.id).await.is_some());
    assert_eq!(bench.result(&id).await, StepResult::Done);
    bench.create_image(&id).await;
}

#[tokio::test]
async fn an_image_that_came_to_nothing_goes_and_so_does_one_of_an_instance_that_is_deleted() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let image = bench.create_image(&id).await;
    bench.failed(&id, "req-image", VmState::Active).await.unwrap();
    let instance = bench.instance(&id).await;
    assert_eq!((instance.vm_state, instance.task_state), (VmState::Active, None));
    assert_eq!((bench.image(&image.id).await, bench.result(&id).await), (None, StepResult::Failed));

    let image = bench.create_image(&id).await;
    bench.outbox_emptied().await;
    reconcile::at_start(bench.shared()).await;
    assert_eq!((bench.image(&image.id).await, bench.instance(&id).await.task_state), (None, None), "after a restart");

    let image = bench.create_image(&id).await;
    bench.cloud.services.compute.act(&bench.asking("req-delete"), &id, Verb::Delete, None).await.unwrap();
    bench.settled(&id, "req-delete", VmState::Deleted, PowerState::NoState).await.unwrap();
    assert_eq!(bench.image(&image.id).await, None);
}

#[tokio::test]
async fn a_guest_that_switched_itself_off_meanwhile_is_stopped() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let image = bench.create_image(&id).await;
    bench.fill(&image.id).await;
    bench.settled(&id, "req-image", VmState::Active, PowerState::Shutdown).await.unwrap();
    assert_eq!(bench.instance(&id).await.vm_state, VmState::Stopped);
}

#[tokio::test]
async fn an_image_is_refused_to_readers_and_of_what_is_being_built() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    let wanted = || NewInstanceImage { name: "golden".into(), ..NewInstanceImage::default() };
    let refused = bench.cloud.services.compute.create_image(&bench.ctx, &id, wanted()).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Conflict);
    let reader = bench.cloud.person("eve", "web", "reader").await;
    let refused = bench.cloud.services.compute.create_image(&reader, &id, wanted()).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Forbidden);
    assert_eq!(bench.count("SELECT count(*) FROM image_sources").await, 0);
}
