//! Images of volumes.

use super::*;
use crate::control::store::images;
use crate::model::ImageId;
use crate::model::image::{DiskFormat, Image, ImageStatus, Visibility};
use crate::model::volume::VolumeUpload;

const STATUS: VolumeStatus = VolumeStatus::Uploading;

fn wanted(force: bool) -> VolumeUpload {
    let visibility = Visibility::Private;
    VolumeUpload { image_name: "golden".into(), disk_format: DiskFormat::Qcow2, visibility, protected: false, force }
}

impl Bench {
    async fn upload(&self, volume: &Volume) -> Image {
        self.service().upload(&self.ann, &volume.id, wanted(false)).await.unwrap().1
    }

    async fn image_found(&self, id: &ImageId) -> Option<Image> {
        images::find(self.cloud.services.shared.db.read(), id).await.unwrap()
    }

    /// Its data came.
    async fn fill(&self, id: &ImageId) {
        let mut tx = self.cloud.services.shared.db.write().await.unwrap();
        db::query("UPDATE images SET status = 'active' WHERE id = $1").bind(id).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn an_image_waits_for_the_data_of_its_volume_and_says_what_it_needs() {
    let bench = Bench::new().await;
    let new = NewVolume { from: FillFrom::Image(bench.image("active", 1000).await.into()), ..of_size(3) };
    let volume = bench.service().create(&bench.ann, new).await.unwrap();
    bench.done(&volume, VolumeStatus::Downloading).await;
    let (volume, image) = bench.service().upload(&bench.ann, &volume.id, wanted(false)).await.unwrap();
    assert_eq!((volume.status, image.status, &image.owner), (STATUS, ImageStatus::Queued, &bench.ann.project_id));
    assert_eq!((image.min_disk, image.min_ram, image.disk_format), (3, 32, Some(DiskFormat::Qcow2)));
    assert_eq!(image.properties.keys().collect::<Vec<_>>(), ["os_distro"]);
    let told = bench.messages_to(HOST).await.pop();
    assert!(matches!(told, Some(ComputeMessage::Volume { token: Some(token), .. }) if token == bench.ann.token));
    for plan in [
        bench.cloud.tell(ConductorMessage::Volume { host: HOST.into(), volume_id: volume.id.clone() }).await.unwrap(),
        bench.cloud.tell(ConductorMessage::VolumesOn { host: HOST.into() }).await.unwrap()[0].clone(),
    ] {
        assert_eq!(plan["uploads_to"], image.id.as_str());
    }
    let again = bench.service().upload(&bench.ann, &volume.id, wanted(true)).await.unwrap_err();
    assert!(matches!(again.reason, Reason::VolumeState { .. }), "{again}");

    bench.news(HOST, &volume, VolumeNews::Progress { percent: 40 }).await;
    assert_eq!(bench.find(&volume.id).await.progress, Some(40));
    bench.fill(&image.id).await;
    bench.done(&volume, STATUS).await;
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::Available);
    assert!(bench.image_found(&image.id).await.is_some());
    bench.upload(&volume).await;
}

#[tokio::test]
async fn what_came_to_nothing_leaves_the_volume_as_it_was_and_no_image() {
    let bench = Bench::new().await;
    let volume = bench.made(1).await;
    let image = bench.upload(&volume).await;
    bench.failed(&volume, STATUS).await;
    let as_before = bench.find(&volume.id).await;
    assert_eq!(as_before.status, VolumeStatus::Available);
    assert!(matches!(as_before.fault, Some(Reason::VolumeDamaged { .. })));
    assert_eq!(bench.service().messages(&bench.ann).await.unwrap().len(), 1);
    assert_eq!(bench.image_found(&image.id).await, None);

    let image = bench.upload(&volume).await;
    bench.fill(&image.id).await;
    bench.failed(&volume, STATUS).await;
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::Available);
    assert!(bench.image_found(&image.id).await.is_some(), "its host died after it had sent all of it");
    assert_eq!(bench.service().messages(&bench.ann).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_image_whose_volume_was_given_another_status_does_not_wait_for_ever() {
    let bench = Bench::new().await;
    let volume = bench.made(1).await;
    let image = bench.upload(&volume).await;
    reconcile::remove_leftovers(&bench.cloud.services.shared).await;
    assert!(bench.image_found(&image.id).await.is_some(), "it is being made");
    let admin = bench.cloud.system();
    bench.service().reset_status(&admin, &volume.id, "available").await.unwrap();
    reconcile::remove_leftovers(&bench.cloud.services.shared).await;
    assert_eq!(bench.image_found(&image.id).await, None);
    bench.upload(&volume).await;
}

#[tokio::test]
async fn only_who_may_makes_an_image_of_a_volume() {
    let bench = Bench::new().await;
    let volume = bench.made(1).await;
    let refusal = async |ctx: &Ctx, wanted: VolumeUpload| {
        bench.service().upload(ctx, &volume.id, wanted).await.unwrap_err().kind()
    };
    let public = VolumeUpload { visibility: Visibility::Public, ..wanted(false) };
    assert_eq!(refusal(&bench.ann, public).await, Kind::Forbidden);
    let reader = bench.cloud.person("eve", "web", "reader").await;
    assert_eq!(refusal(&reader, wanted(false)).await, Kind::Forbidden);
    let stranger = bench.cloud.person("bob", "other", "member").await;
    assert_eq!(refusal(&stranger, wanted(false)).await, Kind::NotFound);
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::Available);
}
