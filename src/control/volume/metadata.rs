//! Words that clients keep with volumes and snapshots.

use super::VolumeService;
use super::volumes::metadata_fits;
use crate::control::Ctx;
use crate::model::volume::{Metadata, MetadataChange, Snapshot, Volume};
use crate::model::{Error, Noun, Result, SnapshotId, VolumeId};

impl VolumeService {
    /// Changes a volume's metadata, and gives all of it back.
    ///
    /// # Errors
    /// `NotFound`, also for a key that is not there; the first item at fault.
    pub async fn change_metadata(&self, ctx: &Ctx, id: &VolumeId, change: MetadataChange) -> Result<Metadata> {
        let apply = |volume: &mut Volume| changed(&mut volume.metadata, change, missing(Noun::Volume, id, "metadata"));
        Ok(self.change(ctx, id, "change a volume's metadata", apply).await?.metadata)
    }

    /// As [`Self::change_metadata`], for what its image said of itself.
    ///
    /// # Errors
    /// As [`Self::change_metadata`].
    pub async fn change_image_metadata(&self, ctx: &Ctx, id: &VolumeId, change: MetadataChange) -> Result<Metadata> {
        let missing = missing(Noun::Volume, id, "image metadata");
        let apply = |volume: &mut Volume| changed(&mut volume.image_metadata, change, missing);
        Ok(self.change(ctx, id, "change a volume's image metadata", apply).await?.image_metadata)
    }

    /// As [`Self::change_metadata`], for a snapshot's.
    ///
    /// # Errors
    /// As [`Self::change_metadata`].
    pub async fn change_snapshot_metadata(
        &self,
        ctx: &Ctx,
        id: &SnapshotId,
        change: MetadataChange,
    ) -> Result<Metadata> {
        let missing = missing(Noun::Snapshot, id, "metadata");
        let apply = |snapshot: &mut Snapshot| changed(&mut snapshot.metadata, change, missing);
        Ok(self.change_snapshot(ctx, id, apply).await?.metadata)
    }
}

fn changed(metadata: &mut Metadata, change: MetadataChange, missing: impl FnOnce(&str) -> Error) -> Result<()> {
    match change {
        MetadataChange::Merge(more) => metadata.extend(more),
        MetadataChange::Replace(all) => *metadata = all,
        MetadataChange::Remove(key) => drop(metadata.remove(&key).ok_or_else(|| missing(&key))?),
    }
    metadata_fits(metadata)
}

fn missing(noun: Noun, id: &impl ToString, what: &'static str) -> impl FnOnce(&str) -> Error {
    let id = id.to_string();
    move |key| Error::not_found(noun, format!("{id} {what} {key}"))
}
