//! Snapshots.

use super::volumes::{checked, is, metadata_fits, own_volume, said_fits};
use super::{VolumeService, new_id, quota, tell, work};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::{self, Tx};
use crate::model::quota::Resource;
use crate::model::volume::{NewSnapshot, Snapshot, SnapshotStatus, Volume, VolumeChange, VolumeStatus};
use crate::model::{Error, Noun, Reason, Result, SnapshotId};

impl VolumeService {
    /// The project's, or with `all` every project's, which administrators may ask for; newest first.
    pub async fn snapshots(&self, ctx: &Ctx, all: bool) -> Result<Vec<Snapshot>> {
        let mut seen = self.shared.db.snapshot().await?;
        if all && ctx.is_admin() {
            return store::volume_snapshots::all(&mut seen).await;
        }
        store::volume_snapshots::of_project(&mut seen, &ctx.project_id).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn snapshot(&self, ctx: &Ctx, id: &SnapshotId) -> Result<Snapshot> {
        own_snapshot(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    /// Keeps what a volume holds now; it is taken in the background.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`, `QuotaExceeded`, or the first field at fault.
    pub async fn create_snapshot(&self, ctx: &Ctx, new: NewSnapshot) -> Result<Snapshot> {
        let grant = policy::check(ctx, Action::Write, "take a snapshot")?;
        said_fits(Some(&new.name), new.description.as_deref())?;
        metadata_fits(&new.metadata)?;
        let mut tx = self.shared.db.write().await?;
        let (snapshot, volume) = self.begin_snapshot(&mut tx, ctx, grant, new).await?;
        self.shared.commit(tx).await?;
        tell(&self.shared, &volume);
        Ok(snapshot)
    }

    /// As [`Self::create_snapshot`] of something that fits, before the commit; pages are told of the volume after it.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`, `QuotaExceeded`.
    pub(in crate::control) async fn begin_snapshot(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        grant: Grant,
        new: NewSnapshot,
    ) -> Result<(Snapshot, Volume)> {
        use VolumeStatus::{Available, InUse};
        let volume = own_volume(tx, ctx, &new.volume_id).await.map_err(|error| error.at("volume_id"))?;
        is(&volume, "take a snapshot of", if new.force { &[Available, InUse] } else { &[Available] })?;
        let wanted = [(Resource::Snapshots, 1), (Resource::Gigabytes, volume.size_gb)];
        quota::fits(tx, &volume.project_id, &volume.type_id, &wanted).await?;
        let now = self.shared.now();
        let snapshot = Snapshot {
            id: new_id().into(),
            volume_id: volume.id.clone(),
            project_id: volume.project_id.clone(),
            user_id: ctx.user_id.clone(),
            name: new.name,
            description: new.description.filter(|text| !text.is_empty()),
            size_gb: volume.size_gb,
            status: SnapshotStatus::Creating,
            metadata: new.metadata,
            fault: None,
            created_at: now,
            updated_at: now,
        };
        store::volume_snapshots::insert(tx, grant, &snapshot, &ctx.request_id).await?;
        work::tell_host(tx, &volume, &ctx.request_id, None, now).await?;
        Ok((snapshot, volume))
    }

    /// Changes what is said of it.
    ///
    /// # Errors
    /// `NotFound`, or the first field at fault.
    pub async fn update_snapshot(&self, ctx: &Ctx, id: &SnapshotId, change: VolumeChange) -> Result<Snapshot> {
        let change = checked(change)?;
        let apply = |snapshot: &mut Snapshot| {
            let VolumeChange { name, description, metadata } = change;
            snapshot.name = name.unwrap_or(std::mem::take(&mut snapshot.name));
            snapshot.description = description.unwrap_or(snapshot.description.take());
            snapshot.metadata = metadata.unwrap_or(std::mem::take(&mut snapshot.metadata));
            Ok(())
        };
        self.change_snapshot(ctx, id, apply).await
    }

    /// Says how a snapshot is that nobody works on. Administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `NotAChoice`.
    pub async fn reset_snapshot_status(&self, ctx: &Ctx, id: &SnapshotId, status: &str) -> Result<Snapshot> {
        use SnapshotStatus::{Available, Error as Failed, ErrorDeleting};
        policy::check(ctx, Action::Administer, "reset a snapshot's status")?;
        let apply = |snapshot: &mut Snapshot| {
            let known = status.parse().ok().filter(|status| [Available, Failed, ErrorDeleting].contains(status));
            let choices = "available, error, error_deleting".to_owned();
            snapshot.status = known.ok_or_else(|| Error::not_a_choice("status", status, choices))?;
            Ok(())
        };
        self.change_snapshot(ctx, id, apply).await
    }

    /// Deletes it in the background; with `force` whatever its status, which administrators may.
    ///
    /// # Errors
    /// `NotFound`, `SnapshotState`; `InUse` while it is being copied.
    pub async fn delete_snapshot(&self, ctx: &Ctx, id: &SnapshotId, force: bool) -> Result<()> {
        use SnapshotStatus::{Available, Error as Failed, ErrorDeleting};
        let action = if force { Action::Administer } else { Action::Write };
        let grant = policy::check(ctx, action, "delete a snapshot")?;
        let mut tx = self.shared.db.write().await?;
        let snapshot = own_snapshot(&mut tx, ctx, id).await?;
        if !force && ![Available, Failed, ErrorDeleting].contains(&snapshot.status) {
            return Err(state("delete", &snapshot));
        }
        if store::volumes::is_being_copied(&mut tx, &snapshot.volume_id, Some(id)).await? {
            let by = "a volume that is being copied from it".to_owned();
            return Err(Reason::InUse { noun: Noun::Snapshot, id: id.to_string(), by }.into());
        }
        let volume = own_volume(&mut tx, ctx, &snapshot.volume_id).await?;
        let now = self.shared.now();
        let snapshot = Snapshot { status: SnapshotStatus::Deleting, updated_at: now, ..snapshot };
        store::volume_snapshots::update(&mut tx, grant, &snapshot).await?;
        work::tell_host(&mut tx, &volume, &ctx.request_id, None, now).await?;
        self.shared.commit(tx).await?;
        tell(&self.shared, &volume);
        Ok(())
    }

    pub(super) async fn change_snapshot(
        &self,
        ctx: &Ctx,
        id: &SnapshotId,
        apply: impl FnOnce(&mut Snapshot) -> Result<()>,
    ) -> Result<Snapshot> {
        let grant = policy::check(ctx, Action::Write, "change a snapshot")?;
        let mut tx = self.shared.db.write().await?;
        let mut snapshot = own_snapshot(&mut tx, ctx, id).await?;
        apply(&mut snapshot)?;
        snapshot.updated_at = self.shared.now();
        store::volume_snapshots::update(&mut tx, grant, &snapshot).await?;
        self.shared.commit(tx).await?;
        self.shared.tell(ctx, Noun::Snapshot, id.as_str());
        Ok(snapshot)
    }
}

/// A snapshot of the caller's project; administrators may have anybody's.
pub(super) async fn own_snapshot(tx: &mut Tx, ctx: &Ctx, id: &SnapshotId) -> Result<Snapshot> {
    let unknown = || Error::not_found(Noun::Snapshot, id.as_str());
    let snapshot = store::volume_snapshots::by_id(tx, id).await?.ok_or_else(unknown)?;
    policy::visible(ctx, &snapshot.project_id, Noun::Snapshot, id.as_str())?;
    Ok(snapshot)
}

/// Why something cannot be done to a snapshot now.
pub(super) fn state(verb: &str, snapshot: &Snapshot) -> Error {
    let (verb, status) = (verb.to_owned(), snapshot.status.to_string());
    Reason::SnapshotState { verb, id: snapshot.id.to_string(), status }.into()
}
