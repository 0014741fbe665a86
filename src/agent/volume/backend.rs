//! What a pool of volumes must be able to do, whatever keeps the data.

use std::path::Path;

use async_trait::async_trait;

use super::monitor::Monitor;
use crate::agent::compute::DiskSource;
use crate::agent::percent::Percent;
use crate::model::host::VolumePool;
use crate::model::image::DiskFormat;
use crate::model::{Reason, Result, SnapshotId, VolumeId};

/// What a backend can do beyond making and removing volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether a volume can grow while a guest runs with it.
    pub online_extend: bool,
    /// Whether several guests can have a volume at once.
    pub multi_attach: bool,
    /// Whether snapshots of a volume come and go while a guest runs with it.
    pub online_snapshot: bool,
}

/// What a new volume is filled with.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    Empty,
    Image {
        path: &'a Path,
        format: DiskFormat,
    },
    /// What a volume of the same pool held when the snapshot was taken.
    Snapshot {
        volume: &'a VolumeId,
        snapshot: &'a SnapshotId,
    },
}

/// The running QEMU processes that may have a volume's data open.
pub type Monitors<'a> = [Box<dyn Monitor + 'a>];

/// Keeps volumes' data. Every call can be repeated: what is already so is no error, and what is already gone is fine.
/// Whoever calls sees to it that calls for one volume follow one another.
///
/// Errors are [`crate::model::Reason::DiskFull`], `VolumeDamaged`, `VolumeCannot` or `VolumeTooSmall`, and those of the
/// hypervisor.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    fn capabilities(&self) -> Capabilities;

    /// Where a guest finds a volume's data.
    fn source(&self, id: &VolumeId) -> DiskSource;

    /// What the volumes lie in, where that is not the file system of this host's instances.
    async fn pool(&self) -> Option<VolumePool> {
        None
    }

    /// Every volume that is whole.
    async fn list(&self) -> Result<Vec<VolumeId>>;

    /// Whether a volume is there, and whole.
    async fn has(&self, id: &VolumeId) -> Result<bool>;

    /// Makes a volume. Broken off at any moment, it leaves nothing that counts as a volume.
    async fn create(&self, id: &VolumeId, size_gb: i64, origin: Origin<'_>, percent: &Percent) -> Result<()>;

    /// Removes a volume, its snapshots, and what an interrupted making left.
    async fn delete(&self, id: &VolumeId) -> Result<()>;

    /// Makes a volume larger, and tells the guest that has it.
    async fn extend(&self, id: &VolumeId, size_gb: i64, monitors: &Monitors<'_>) -> Result<()>;

    /// Keeps what a volume holds now.
    async fn snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, monitors: &Monitors<'_>) -> Result<()>;

    /// Removes a snapshot.
    async fn delete_snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, monitors: &Monitors<'_>) -> Result<()>;

    /// Copies a snapshot out into a new file, as an image of its own.
    async fn copy_out(
        &self,
        id: &VolumeId,
        snapshot: &SnapshotId,
        to: &Path,
        format: DiskFormat,
        percent: &Percent,
    ) -> Result<()>;

    /// The snapshots of a volume.
    async fn snapshots(&self, id: &VolumeId) -> Result<Vec<SnapshotId>>;

    /// Removes what interrupted makings left; call before the first [`Backend::create`].
    async fn remove_drafts(&self) -> Result<()>;
}

/// How many bytes so many GiB are.
pub fn bytes(gigabytes: i64) -> u64 {
    u64::try_from(gigabytes).unwrap_or_default() << 30
}

/// Refuses what does not fit into so many bytes.
///
/// # Errors
/// [`Reason::VolumeTooSmall`].
pub fn refuse_larger(what: &str, needed: u64, bytes: u64) -> Result<()> {
    if needed <= bytes {
        return Ok(());
    }
    let gigabytes = |bytes: u64| i64::try_from(bytes.div_ceil(1 << 30)).unwrap_or(i64::MAX);
    Err(Reason::VolumeTooSmall { what: what.to_owned(), size: gigabytes(bytes), needed: gigabytes(needed) }.into())
}
