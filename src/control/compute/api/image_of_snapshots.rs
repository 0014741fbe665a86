//! Images of instances that start from a volume: snapshots of their volumes, and an image that names them (as Nova).

use super::images::of_instance;
use super::{ComputeApi, image_disks, visible_to};
use crate::control::Ctx;
use crate::control::policy::Grant;
use crate::control::store::{Tx, events, instances, volume_attachments};
use crate::control::volume;
use crate::control::workflow::timeline::Request;
use crate::model::image::{DiskFormat, Image, NewImage};
use crate::model::instance::{Instance, NewInstanceImage};
use crate::model::state::Verb;
use crate::model::step::{StepEvent, StepResult};
use crate::model::volume::{Attachment, NewSnapshot, Snapshot, Volume};
use crate::model::{InstanceId, Result, validate};

/// What was begun to be taken of an instance's volumes; the one that it starts from comes first.
#[derive(Default)]
struct Taken {
    snapshots: Vec<(Snapshot, Attachment)>,
    volumes: Vec<Volume>,
}

impl ComputeApi {
    /// Begins a snapshot of each of the instance's volumes, and makes the image that names them, or none of it.
    ///
    /// # Errors
    /// As [`ComputeApi::create_image`].
    pub(super) async fn image_of_snapshots(
        &self,
        ctx: &Ctx,
        grant: Grant,
        id: &InstanceId,
        wanted: NewInstanceImage,
    ) -> Result<Image> {
        let mut tx = self.shared.db.write().await?;
        let record = visible_to(ctx, instances::find(&mut *tx, id).await?, id)?;
        let Instance { vm_state, task_state, host, .. } = &record.instance;
        Verb::CreateImage.check(id.as_str(), *vm_state, *task_state, host.is_some())?;
        let taken = self.take_all(&mut tx, ctx, grant, id, &wanted.name).await?;
        let image = self.image.make_empty(&mut tx, ctx, as_image(ctx, id, &taken, wanted)?).await?;
        events::asked(&mut tx, ctx, id).await?;
        let now = self.shared.now();
        let row = Request { instance: id, id: &ctx.request_id }.verb(Verb::CreateImage, now);
        events::write(&mut tx, &[StepEvent { result: StepResult::Done, finished_at: Some(now), ..row }]).await?;
        self.shared.commit(tx).await?;
        for volume in &taken.volumes {
            volume::tell(&self.shared, volume);
        }
        self.image.tell(&image);
        Ok(image)
    }

    async fn take_all(&self, tx: &mut Tx, ctx: &Ctx, grant: Grant, id: &InstanceId, image: &str) -> Result<Taken> {
        let mut taken = Taken::default();
        for attachment in volume_attachments::of_instances(&mut **tx, &[id.as_str()]).await? {
            let new = NewSnapshot {
                volume_id: attachment.volume_id.clone(),
                name: format!("snapshot for {image}").chars().take(validate::MAX_NAME as usize).collect(),
                description: None,
                metadata: Default::default(),
                force: true,
            };
            let (snapshot, volume) = self.volume.begin_snapshot(tx, ctx, grant, new).await?;
            taken.snapshots.push((snapshot, attachment));
            taken.volumes.push(volume);
        }
        Ok(taken)
    }
}

/// There is no data, so none of it can be of another format than raw.
fn as_image(ctx: &Ctx, id: &InstanceId, taken: &Taken, wanted: NewInstanceImage) -> Result<NewImage> {
    let (inherited, min_ram) = taken.volumes.first().map(volume::inherited).unwrap_or_default();
    let mut image = of_instance(ctx, id, wanted, inherited);
    image.properties.extend(image_disks::properties(&taken.snapshots)?);
    Ok(NewImage { disk_format: Some(DiskFormat::Raw), min_ram, ..image })
}
