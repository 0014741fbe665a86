//! Volumes as qcow2 files in a directory, their snapshots inside them.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tokio::fs;
use uuid::Uuid;

use super::backend::{Backend, Capabilities, Monitors, Origin, bytes, refuse_larger};
use super::{qcow2, qemu_img};
use crate::agent::compute::DiskSource;
use crate::agent::files::{self, io_error};
use crate::agent::percent::Percent;
use crate::model::image::DiskFormat;
use crate::model::{Noun, Reason, Result, SnapshotId, VolumeId};

const FORMAT: &str = "qcow2";
const WHOLE: &str = ".qcow2";
const DRAFT: &str = ".part";

/// A directory of volumes.
pub struct FileBackend {
    directory: PathBuf,
}

impl FileBackend {
    /// The volumes in a directory that exists.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    fn path(&self, id: &VolumeId) -> PathBuf {
        self.directory.join(format!("{id}{WHOLE}"))
    }

    fn draft(&self, id: &VolumeId) -> PathBuf {
        self.directory.join(format!("{id}{DRAFT}"))
    }

    async fn fill(&self, draft: &Path, bytes: u64, origin: Origin<'_>, percent: &Percent) -> Result<()> {
        match origin {
            Origin::Empty => return qemu_img::create(draft, DiskFormat::Qcow2, bytes).await,
            Origin::Image { path, format } => {
                refuse_larger("the image", qemu_img::info(path, format.as_str()).await?.virtual_size, bytes)?;
                qemu_img::convert(path, format, None, draft, DiskFormat::Qcow2, percent).await?;
            }
            Origin::Snapshot { volume, snapshot } => {
                self.copy_out(volume, snapshot, draft, DiskFormat::Qcow2, percent).await?;
            }
        }
        // A copy of a snapshot is as large as its volume is by now, with zeros after what the snapshot had.
        qemu_img::resize(draft, bytes).await
    }

    async fn existing(&self, id: &VolumeId) -> Result<PathBuf> {
        let path = self.path(id);
        match fs::try_exists(&path).await {
            Ok(true) => Ok(path),
            Ok(false) => Err(Reason::NotFound { noun: Noun::Volume, id: id.to_string() }.into()),
            Err(error) => Err(io_error(&path, error)),
        }
    }
}

#[async_trait]
impl Backend for FileBackend {
    /// Two QEMU processes that write to one qcow2 file would destroy it.
    fn capabilities(&self) -> Capabilities {
        Capabilities { online_extend: true, multi_attach: false, online_snapshot: true }
    }

    fn source(&self, id: &VolumeId) -> DiskSource {
        DiskSource::Qcow2 { path: self.path(id) }
    }

    /// An administrator's own files are none of ours.
    async fn list(&self) -> Result<Vec<VolumeId>> {
        let names = files::names_in(&self.directory).await?;
        let ids = names.iter().filter_map(|name| name.strip_suffix(WHOLE)).filter(|id| Uuid::parse_str(id).is_ok());
        Ok(ids.map(VolumeId::from).collect())
    }

    async fn has(&self, id: &VolumeId) -> Result<bool> {
        let path = self.path(id);
        fs::try_exists(&path).await.map_err(|error| io_error(&path, error))
    }

    async fn create(&self, id: &VolumeId, size_gb: i64, origin: Origin<'_>, percent: &Percent) -> Result<()> {
        let draft = self.draft(id);
        files::remove(&draft).await?;
        let filled = self.fill(&draft, bytes(size_gb), origin, percent).await;
        if filled.is_err() {
            files::remove(&draft).await?;
            return filled;
        }
        let path = self.path(id);
        let finished = async {
            fs::set_permissions(&draft, std::fs::Permissions::from_mode(0o600)).await?;
            fs::rename(&draft, &path).await
        };
        finished.await.map_err(|error| io_error(&path, error))
    }

    async fn delete(&self, id: &VolumeId) -> Result<()> {
        files::remove(&self.draft(id)).await?;
        files::remove(&self.path(id)).await
    }

    async fn extend(&self, id: &VolumeId, size_gb: i64, monitors: &Monitors<'_>) -> Result<()> {
        let path = self.existing(id).await?;
        if qemu_img::info(&path, FORMAT).await?.virtual_size >= bytes(size_gb) {
            return Ok(());
        }
        match qcow2::open_node(&path, monitors).await? {
            Some(node) => node.writable()?.resize(bytes(size_gb)).await,
            None => qemu_img::resize(&path, bytes(size_gb)).await,
        }
    }

    async fn snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, monitors: &Monitors<'_>) -> Result<()> {
        qcow2::snapshot(&self.existing(id).await?, snapshot.as_str(), monitors).await
    }

    async fn delete_snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, monitors: &Monitors<'_>) -> Result<()> {
        qcow2::delete_snapshot(&self.path(id), snapshot.as_str(), monitors).await
    }

    async fn copy_out(
        &self,
        id: &VolumeId,
        snapshot: &SnapshotId,
        to: &Path,
        format: DiskFormat,
        percent: &Percent,
    ) -> Result<()> {
        let path = self.existing(id).await?;
        qemu_img::convert(&path, DiskFormat::Qcow2, Some(snapshot.as_str()), to, format, percent).await
    }

    async fn snapshots(&self, id: &VolumeId) -> Result<Vec<SnapshotId>> {
        let info = qemu_img::info(&self.path(id), FORMAT).await?;
        Ok(info.snapshots.into_iter().map(|snapshot| SnapshotId::from(snapshot.name)).collect())
    }

    async fn remove_drafts(&self) -> Result<()> {
        for name in files::names_in(&self.directory).await? {
            if name.strip_suffix(DRAFT).is_some_and(|id| Uuid::parse_str(id).is_ok()) {
                files::remove(&self.directory.join(name)).await?;
            }
        }
        Ok(())
    }
}
