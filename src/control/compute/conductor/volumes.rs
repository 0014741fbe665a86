//! What a host is told of volumes, and what it tells of them.

use super::spec::placed_on;
use crate::bus::contract::{AttachmentPlan, VolumeNews, VolumePlan};
use crate::control::image::{Made, end_making};
use crate::control::shared::Shared;
use crate::control::store::image_sources::Source;
use crate::control::store::{Tx, volume_plans, volume_snapshots, volumes};
use crate::control::volume::{self, exports, messages};
use crate::model::volume::{MessageAbout, Snapshot, SnapshotStatus, Volume, VolumeStatus};
use crate::model::{InstanceId, Reason, Result, SnapshotId, VolumeId};

/// The volumes of an instance on the host. Hosts that hold some of them are asked to serve them, as after a restart
/// they may do so elsewhere; one that does not answer keeps nobody from the others.
///
/// # Errors
/// `NotFound` unless the instance is placed on that host.
pub async fn of_instance(shared: &Shared, host: &str, id: &InstanceId) -> Result<Vec<AttachmentPlan>> {
    let request_id = placed_on(shared, host, id).await?.instance.request_id;
    if let Err(error) = exports::serve(shared, &request_id, id, host).await {
        tracing::warn!(%error, instance = %id, "a host does not serve its volume");
    }
    volume_plans::of_instance(shared.db.read(), id, host).await
}

/// A volume that lies on the host.
pub async fn on_host(shared: &Shared, host: &str, id: &VolumeId) -> Result<Option<VolumePlan>> {
    volume_plans::one_on_host(&mut *shared.db.snapshot().await?, host, id).await
}

/// Every volume that lies on the host.
pub async fn all_on_host(shared: &Shared, host: &str) -> Result<Vec<VolumePlan>> {
    volume_plans::on_host(&mut *shared.db.snapshot().await?, host).await
}

/// What became of work on a volume. It counts only if the volume lies there and waits for just that.
pub async fn news(shared: &Shared, host: &str, id: &VolumeId, request_id: &str, news: VolumeNews) -> Result<()> {
    let mut tx = shared.db.write().await?;
    let Some(mut volume) = volumes::by_id(&mut tx, id).await? else { return Ok(()) };
    if volume.host.as_deref() != Some(host) {
        return Ok(());
    }
    volume.updated_at = shared.now();
    let waits = |status| volume.status == status;
    let mut made = Made::default();
    match news {
        VolumeNews::Progress { percent } if is_at_work(volume.status) => {
            let before = volume.progress.replace(percent.clamp(0, 100));
            volumes::record(&mut tx, &volume).await?;
            if before < volume.progress {
                volumes::progressed(&mut tx, id, volume.updated_at).await?;
            }
        }
        VolumeNews::Done { status } if waits(status) => {
            made = done(&mut tx, &mut volume).await?;
        }
        VolumeNews::Failed { status, reason } if waits(status) => {
            made = failed(&mut tx, &mut volume, request_id, reason).await?;
        }
        VolumeNews::SnapshotDone { snapshot_id, status } => {
            let Some(snapshot) = waiting(&mut tx, &volume, &snapshot_id, status).await? else { return Ok(()) };
            snapshot_done(&mut tx, snapshot, &volume).await?;
        }
        VolumeNews::SnapshotFailed { snapshot_id, status, reason } => {
            let Some(snapshot) = waiting(&mut tx, &volume, &snapshot_id, status).await? else { return Ok(()) };
            snapshot_failed(&mut tx, snapshot, &volume, request_id, reason).await?;
        }
        _ => return Ok(()),
    }
    shared.commit(tx).await?;
    volume::tell(shared, &volume);
    made.tell(shared);
    Ok(())
}

fn is_at_work(status: VolumeStatus) -> bool {
    use VolumeStatus::*;
    matches!(status, Creating | Downloading | Extending | Uploading | Deleting)
}

/// What the volume waited for is done.
async fn done(tx: &mut Tx, volume: &mut Volume) -> Result<Made> {
    use VolumeStatus::*;
    let made = end_making(tx, Source::Volume(&volume.id)).await?;
    match volume.status {
        Deleting => {
            volumes::remove(tx, &volume.id).await?;
            return Ok(made);
        }
        Creating | Downloading | Extending | Uploading => volume.status = volume.at_rest(),
        _ => return Ok(made),
    }
    volume.progress = None;
    volume.fault = None;
    volumes::record(tx, volume).await?;
    Ok(made)
}

/// What the volume waited for could not be done; whoever asked finds out why.
async fn failed(tx: &mut Tx, volume: &mut Volume, request_id: &str, reason: Reason) -> Result<Made> {
    use VolumeStatus::*;
    let made = end_making(tx, Source::Volume(&volume.id)).await?;
    volume.progress = None;
    volume.status = match volume.status {
        Creating | Downloading => Error,
        Deleting => ErrorDeleting,
        Extending => {
            volume.size_gb = volumes::remembered_size(tx, &volume.id).await?.unwrap_or(volume.size_gb);
            ErrorExtending
        }
        Uploading => volume.at_rest(),
        _ => return Ok(made),
    };
    if made.is_whole() {
        // Its host had sent all of it, and died before it could say so.
        volumes::record(tx, volume).await?;
        return Ok(made);
    }
    volume.fault = Some(reason.clone());
    volumes::record(tx, volume).await?;
    let about = (MessageAbout::Volume, volume.id.as_str());
    messages::leave(tx, &volume.project_id, about, reason, request_id, volume.updated_at).await?;
    Ok(made)
}

/// The volume's snapshot, if it waits for that.
async fn waiting(tx: &mut Tx, volume: &Volume, id: &SnapshotId, status: SnapshotStatus) -> Result<Option<Snapshot>> {
    let snapshot = volume_snapshots::by_id(tx, id).await?;
    let is_it = |snapshot: &Snapshot| snapshot.volume_id == volume.id && snapshot.status == status;
    Ok(snapshot.filter(is_it))
}

async fn snapshot_done(tx: &mut Tx, mut snapshot: Snapshot, volume: &Volume) -> Result<()> {
    snapshot.status = match snapshot.status {
        SnapshotStatus::Deleting => return volume_snapshots::remove(tx, &snapshot.id).await,
        SnapshotStatus::Creating => SnapshotStatus::Available,
        _ => return Ok(()),
    };
    snapshot.fault = None;
    snapshot.updated_at = volume.updated_at;
    volume_snapshots::record(tx, &snapshot).await
}

async fn snapshot_failed(
    tx: &mut Tx,
    mut snapshot: Snapshot,
    volume: &Volume,
    request_id: &str,
    reason: Reason,
) -> Result<()> {
    snapshot.status = match snapshot.status {
        SnapshotStatus::Creating => SnapshotStatus::Error,
        SnapshotStatus::Deleting => SnapshotStatus::ErrorDeleting,
        _ => return Ok(()),
    };
    snapshot.fault = Some(reason.clone());
    snapshot.updated_at = volume.updated_at;
    volume_snapshots::record(tx, &snapshot).await?;
    let about = (MessageAbout::Snapshot, snapshot.id.as_str());
    messages::leave(tx, &snapshot.project_id, about, reason, request_id, volume.updated_at).await
}
