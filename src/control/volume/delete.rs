//! Deleting volumes.

use super::volumes::{own_volume, state};
use super::{VolumeService, tell, work};
use crate::control::Ctx;
use crate::control::image::{Made, end_making};
use crate::control::policy::{self, Action};
use crate::control::store::image_sources::Source;
use crate::control::store::{self, Tx};
use crate::model::volume::{Snapshot, SnapshotStatus, Volume, VolumeStatus};
use crate::model::{Noun, Reason, Result, Timestamp, VolumeId};

/// What goes with a volume that is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deleting {
    /// Its snapshots, too.
    pub cascade: bool,
    /// Whatever its status, as long as no instance has it, and at once if its host is away; administrators only.
    pub force: bool,
}

impl VolumeService {
    /// Deletes it in the background; one that never lay anywhere is gone at once. So is one on a host that is away if that is
    /// forced: should the host come back, it removes what the records do not have.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`, `VolumeHasSnapshots`; `InUse` while it is being copied.
    pub async fn delete(&self, ctx: &Ctx, id: &VolumeId, how: Deleting) -> Result<()> {
        let action = if how.force { Action::Administer } else { Action::Write };
        policy::check(ctx, action, "delete a volume")?;
        let mut tx = self.shared.db.write().await?;
        let volume = own_volume(&mut tx, ctx, id).await?;
        let is_lost = how.force && self.is_lost(&mut tx, &volume).await?;
        if volume.status == VolumeStatus::Deleting && volume.attachments.is_empty() && !is_lost {
            return Ok(());
        }
        may_go(&volume, how.force)?;
        if store::volumes::is_being_copied(&mut tx, id, None).await? {
            return Err(is_copied(id).into());
        }
        let snapshots = store::volume_snapshots::of_volume(&mut tx, id).await?;
        if !snapshots.is_empty() && !how.cascade {
            return Err(has_snapshots(id, &snapshots).into());
        }
        let mut made = Made::default();
        let volume = match is_lost {
            true => {
                made = end_making(&mut tx, Source::Volume(id)).await?;
                store::volumes::remove(&mut tx, id).await?;
                volume
            }
            false => begin(&mut tx, volume, snapshots, &ctx.request_id, self.shared.now()).await?,
        };
        self.shared.commit(tx).await?;
        tell(&self.shared, &volume);
        made.tell(&self.shared);
        Ok(())
    }

    /// Whether its host does not report any more.
    async fn is_lost(&self, tx: &mut Tx, volume: &Volume) -> Result<bool> {
        let Some(host) = &volume.host else { return Ok(false) };
        Ok(store::hosts::reported(&mut **tx, host, self.shared.alive_since()).await?.is_none())
    }
}

/// Why a volume stays that a copy is made of.
pub(super) fn is_copied(id: &VolumeId) -> Reason {
    let by = "a volume that is being copied from it".to_owned();
    Reason::InUse { noun: Noun::Volume, id: id.to_string(), by }
}

/// Why a volume stays that has snapshots.
pub(super) fn has_snapshots(id: &VolumeId, snapshots: &[Snapshot]) -> Reason {
    let count = i64::try_from(snapshots.len()).unwrap_or(i64::MAX);
    Reason::VolumeHasSnapshots { id: id.to_string(), count }
}

fn may_go(volume: &Volume, force: bool) -> Result<()> {
    use VolumeStatus::*;
    let settled = matches!(volume.status, Available | Error | ErrorDeleting | ErrorExtending);
    if volume.attachments.is_empty() && (settled || (force && volume.status != AwaitingTransfer)) {
        return Ok(());
    }
    Err(state("delete", volume))
}

/// Has its host delete it, with its snapshots; without a host there is nothing but the record.
pub(super) async fn begin(
    tx: &mut Tx,
    mut volume: Volume,
    snapshots: Vec<Snapshot>,
    request_id: &str,
    now: Timestamp,
) -> Result<Volume> {
    if volume.host.is_none() {
        store::volumes::remove(tx, &volume.id).await?;
        return Ok(volume);
    }
    for snapshot in snapshots {
        let snapshot = Snapshot { status: SnapshotStatus::Deleting, updated_at: now, ..snapshot };
        store::volume_snapshots::record(tx, &snapshot).await?;
    }
    volume.status = VolumeStatus::Deleting;
    volume.progress = None;
    volume.updated_at = now;
    store::volumes::record(tx, &volume).await?;
    work::tell_host(tx, &volume, request_id, None, now).await?;
    Ok(volume)
}
