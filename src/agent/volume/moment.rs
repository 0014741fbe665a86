//! Reading what a volume holds at one moment: by way of a snapshot that exists only meanwhile, so that a guest may go on
//! writing, or start.

use super::monitor;
use crate::agent::compute::Host;
use crate::model::{Result, SnapshotId, VolumeId};

/// How such snapshots are called, before the id of the volume that is worked on.
pub const MOMENT: &str = "copy-";

/// Has a volume read, for work on `worked_on`: a copy of it, or itself.
///
/// # Errors
/// As the pool's, and as the reader's.
pub async fn read(
    host: &Host,
    volume: &VolumeId,
    worked_on: &VolumeId,
    reader: impl AsyncFnOnce(&SnapshotId) -> Result<()>,
) -> Result<()> {
    let moment = SnapshotId::from(format!("{MOMENT}{worked_on}"));
    // What an interrupted attempt left is of another moment.
    forget(host, volume, &moment).await?;
    keep(host, volume, &moment).await?;
    let done = reader(&moment).await;
    if let Err(error) = forget(host, volume, &moment).await {
        tracing::warn!(%volume, snapshot = %moment, %error, "a snapshot stays until the agent starts anew");
    }
    done
}

async fn keep(host: &Host, volume: &VolumeId, moment: &SnapshotId) -> Result<()> {
    let _data = host.volumes.data(volume).await;
    let monitors = monitor::of_volume(host, volume).await?;
    host.volumes.backend.snapshot(volume, moment, &monitors).await
}

async fn forget(host: &Host, volume: &VolumeId, moment: &SnapshotId) -> Result<()> {
    let _data = host.volumes.data(volume).await;
    let monitors = monitor::of_volume(host, volume).await?;
    host.volumes.backend.delete_snapshot(volume, moment, &monitors).await
}
