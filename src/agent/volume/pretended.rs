//! A pretended pool, for tests of scale and faults: it keeps what it knows of each volume, and no data.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::fs;
use uuid::Uuid;

use super::backend::{Backend, Capabilities, Monitors, Origin};
use super::qemu_img;
use crate::agent::compute::DiskSource;
use crate::agent::files::{self, io_error, write_whole};
use crate::agent::percent::Percent;
use crate::model::image::DiskFormat;
use crate::model::{Error, Noun, Result, SnapshotId, VolumeId};

/// A directory with a file of JSON per volume.
pub struct PretendedBackend {
    directory: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
struct Pretended {
    size_gb: i64,
    snapshots: Vec<SnapshotId>,
}

impl PretendedBackend {
    /// The pretended volumes in a directory that exists.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    fn path(&self, id: &VolumeId) -> PathBuf {
        self.directory.join(id.as_str())
    }

    async fn load(&self, id: &VolumeId) -> Result<Pretended> {
        let path = self.path(id);
        match fs::read(&path).await {
            Ok(text) => serde_json::from_slice(&text).map_err(Error::internal),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(Error::not_found(Noun::Volume, id.as_str()))
            }
            Err(error) => Err(io_error(&path, error)),
        }
    }

    async fn store(&self, id: &VolumeId, pretended: &Pretended) -> Result<()> {
        write_whole(&self.path(id), &serde_json::to_vec(pretended).map_err(Error::internal)?).await
    }
}

#[async_trait]
impl Backend for PretendedBackend {
    fn capabilities(&self) -> Capabilities {
        Capabilities { online_extend: true, multi_attach: true, online_snapshot: true }
    }

    fn source(&self, id: &VolumeId) -> DiskSource {
        DiskSource::Qcow2 { path: self.path(id) }
    }

    async fn list(&self) -> Result<Vec<VolumeId>> {
        let names = files::names_in(&self.directory).await?;
        Ok(names.into_iter().filter(|name| Uuid::parse_str(name).is_ok()).map(VolumeId::from).collect())
    }

    async fn has(&self, id: &VolumeId) -> Result<bool> {
        let path = self.path(id);
        fs::try_exists(&path).await.map_err(|error| io_error(&path, error))
    }

    async fn create(&self, id: &VolumeId, size_gb: i64, origin: Origin<'_>, percent: &Percent) -> Result<()> {
        if let Origin::Snapshot { volume, .. } = origin {
            self.load(volume).await?;
        }
        percent.set(100);
        self.store(id, &Pretended { size_gb, snapshots: Vec::new() }).await
    }

    async fn delete(&self, id: &VolumeId) -> Result<()> {
        files::remove(&self.path(id)).await
    }

    async fn extend(&self, id: &VolumeId, size_gb: i64, _: &Monitors<'_>) -> Result<()> {
        let found = self.load(id).await?;
        self.store(id, &Pretended { size_gb: found.size_gb.max(size_gb), ..found }).await
    }

    async fn snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, monitors: &Monitors<'_>) -> Result<()> {
        self.delete_snapshot(id, snapshot, monitors).await?;
        let mut found = self.load(id).await?;
        found.snapshots.push(snapshot.clone());
        self.store(id, &found).await
    }

    async fn delete_snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, _: &Monitors<'_>) -> Result<()> {
        let mut found = self.load(id).await?;
        found.snapshots.retain(|other| other != snapshot);
        self.store(id, &found).await
    }

    /// As large as the volume, and as empty.
    async fn copy_out(
        &self,
        id: &VolumeId,
        _: &SnapshotId,
        to: &Path,
        format: DiskFormat,
        percent: &Percent,
    ) -> Result<()> {
        let found = self.load(id).await?;
        percent.set(100);
        qemu_img::create(to, format, u64::try_from(found.size_gb).unwrap_or_default() << 30).await
    }

    async fn snapshots(&self, id: &VolumeId) -> Result<Vec<SnapshotId>> {
        Ok(self.load(id).await?.snapshots)
    }

    /// A file is written in one step, so there are none.
    async fn remove_drafts(&self) -> Result<()> {
        Ok(())
    }
}
