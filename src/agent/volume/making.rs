//! Filling a new volume from whatever it is to hold.

use super::backend::Origin;
use super::moment;
use crate::agent::compute::Host;
use crate::agent::percent::Percent;
use crate::agent::rest::Caller;
use crate::bus::contract::VolumePlan;
use crate::model::volume::VolumeSource;
use crate::model::{ImageId, Reason, Result, SnapshotId, VolumeId};

/// Makes a volume, with the token of whoever may have its image.
///
/// # Errors
/// [`Reason::VolumeInterrupted`] when there is no token to fetch the image with, and as the pool's and the services'.
pub async fn make(host: &Host, plan: &VolumePlan, caller: Option<Caller<'_>>, percent: &Percent) -> Result<()> {
    let making = Making { host, plan, percent };
    match &plan.source {
        VolumeSource::Empty => making.create(Origin::Empty).await,
        VolumeSource::Image { image_id } => making.copy_image(caller.ok_or(Reason::VolumeInterrupted)?, image_id).await,
        VolumeSource::Volume { volume_id } => making.copy_volume(volume_id).await,
        VolumeSource::Snapshot { snapshot_id, volume_id } => making.copy_snapshot(volume_id, snapshot_id).await,
    }
}

struct Making<'a> {
    host: &'a Host,
    plan: &'a VolumePlan,
    percent: &'a Percent,
}

impl Making<'_> {
    async fn create(&self, origin: Origin<'_>) -> Result<()> {
        let VolumePlan { volume_id, size_gb, .. } = self.plan;
        self.host.volumes.backend.create(volume_id, *size_gb, origin, self.percent).await
    }

    async fn copy_image(&self, caller: Caller<'_>, id: &ImageId) -> Result<()> {
        let record = self.host.rest.image(caller, id).await?;
        let image = self.host.images.fetch(self.host, caller, &record).await?;
        self.create(Origin::Image { path: image.path(), format: image.format }).await
    }

    /// The snapshot stays until it is read.
    async fn copy_snapshot(&self, volume: &VolumeId, snapshot: &SnapshotId) -> Result<()> {
        let _kept = self.host.volumes.snapshots.hold(snapshot).await;
        self.create(Origin::Snapshot { volume, snapshot }).await
    }

    async fn copy_volume(&self, volume: &VolumeId) -> Result<()> {
        let copy = async |snapshot: &SnapshotId| self.create(Origin::Snapshot { volume, snapshot }).await;
        moment::read(self.host, volume, &self.plan.volume_id, copy).await
    }
}
