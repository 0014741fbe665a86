//! Filling a new volume from whatever it is to hold.

use super::backend::{Origin, Percent};
use super::monitor;
use crate::agent::compute::Host;
use crate::agent::rest::Caller;
use crate::bus::contract::VolumePlan;
use crate::model::volume::VolumeSource;
use crate::model::{ImageId, Reason, Result, SnapshotId, VolumeId};

/// How the snapshots are called that exist only while a volume is copied.
pub const MOMENT: &str = "copy-";

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

    /// By way of a snapshot, so that a guest may go on writing, or start, meanwhile.
    async fn copy_volume(&self, volume: &VolumeId) -> Result<()> {
        let moment = SnapshotId::from(format!("{MOMENT}{}", self.plan.volume_id));
        // What an interrupted attempt left is of another moment.
        self.forget(volume, &moment).await?;
        self.keep(volume, &moment).await?;
        let copied = self.create(Origin::Snapshot { volume, snapshot: &moment }).await;
        if let Err(error) = self.forget(volume, &moment).await {
            tracing::warn!(%volume, snapshot = %moment, %error, "a snapshot stays until the agent starts anew");
        }
        copied
    }

    async fn keep(&self, volume: &VolumeId, moment: &SnapshotId) -> Result<()> {
        let _data = self.host.volumes.data(volume).await;
        let monitors = monitor::of_volume(self.host, volume).await?;
        self.host.volumes.backend.snapshot(volume, moment, &monitors).await
    }

    async fn forget(&self, volume: &VolumeId, moment: &SnapshotId) -> Result<()> {
        let _data = self.host.volumes.data(volume).await;
        let monitors = monitor::of_volume(self.host, volume).await?;
        self.host.volumes.backend.delete_snapshot(volume, moment, &monitors).await
    }
}
