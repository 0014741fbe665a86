//! Volumes as thin logical volumes (LVM) in a thin pool of this host.
//!
//! A thin snapshot stands alone: neither needs the other any more, so that a copy of a snapshot is a snapshot of it, and takes
//! no time.

mod commands;
mod names;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use serde_json::Value;

use self::commands::ThinPool;
use super::backend::{Backend, Capabilities, Monitors, Origin, bytes, refuse_larger};
use super::monitor::{Node, is_on};
use super::qemu_img;
use crate::agent::compute::DiskSource;
use crate::agent::percent::Percent;
use crate::model::host::{VolumePool, VolumePoolKind};
use crate::model::image::DiskFormat;
use crate::model::{Error, Noun, Result, SnapshotId, VolumeId};

/// This host's volumes in a thin pool.
pub struct LvmBackend {
    pool: ThinPool,
}

impl LvmBackend {
    /// The volumes in the thin pool of a volume group.
    pub fn new(group: String, pool: String) -> Self {
        Self { pool: ThinPool { group, pool } }
    }

    fn path(&self, id: &VolumeId) -> PathBuf {
        self.pool.path(&names::volume(id))
    }

    async fn fill(&self, draft: &str, size_gb: i64, origin: Origin<'_>, percent: &Percent) -> Result<()> {
        match origin {
            Origin::Empty => self.pool.create(draft, size_gb).await,
            Origin::Image { path, format } => {
                let needed = qemu_img::info(path, format.as_str()).await?.virtual_size;
                refuse_larger("the image", needed, bytes(size_gb))?;
                self.pool.create(draft, size_gb).await?;
                let target = self.pool.path(draft).display().to_string();
                qemu_img::copy_onto(&path.display().to_string(), format.as_str(), &target, percent).await
            }
            Origin::Snapshot { volume, snapshot } => {
                let source = names::snapshot(volume, snapshot);
                let size = self.pool.size(&source).await?;
                let size = size.ok_or_else(|| Error::not_found(Noun::Snapshot, snapshot.as_str()))?;
                self.pool.copy(&source, draft).await?;
                if size < bytes(size_gb) { self.pool.extend(draft, size_gb).await } else { Ok(()) }
            }
        }
    }

    /// Removes a logical volume; none there is fine.
    async fn remove(&self, name: &str) -> Result<()> {
        if self.pool.size(name).await?.is_some() { self.pool.remove(name).await } else { Ok(()) }
    }

    async fn names(&self) -> Result<Vec<String>> {
        Ok(self.pool.list().await?.into_iter().map(|found| found.name).collect())
    }
}

#[async_trait]
impl Backend for LvmBackend {
    /// Two guests of this host could have a device open at once, which only a file system made for that survives; nothing
    /// here asks for one.
    fn capabilities(&self) -> Capabilities {
        Capabilities { online_extend: true, multi_attach: false, online_snapshot: true }
    }

    fn source(&self, id: &VolumeId) -> DiskSource {
        DiskSource::Block { path: self.path(id) }
    }

    async fn pool(&self) -> Option<VolumePool> {
        let told = self.pool.size(&self.pool.pool).await;
        let size = told.unwrap_or_else(|error| {
            tracing::warn!(pool = self.pool.pool, %error, "the size of the pool is unknown");
            None
        });
        let capacity_gb = size.map_or(0, |size| i64::try_from(size >> 30).unwrap_or(i64::MAX));
        Some(VolumePool { kind: VolumePoolKind::Lvm, name: self.pool.name(), capacity_gb })
    }

    async fn list(&self) -> Result<Vec<VolumeId>> {
        Ok(self.names().await?.iter().filter_map(|name| names::volume_in(name)).collect())
    }

    async fn has(&self, id: &VolumeId) -> Result<bool> {
        Ok(self.pool.size(&names::volume(id)).await?.is_some())
    }

    async fn create(&self, id: &VolumeId, size_gb: i64, origin: Origin<'_>, percent: &Percent) -> Result<()> {
        let draft = names::draft(id);
        self.delete(id).await?;
        let filled = self.fill(&draft, size_gb, origin, percent).await;
        if filled.is_err() {
            self.remove(&draft).await?;
            return filled;
        }
        self.pool.rename(&draft, &names::volume(id)).await
    }

    async fn delete(&self, id: &VolumeId) -> Result<()> {
        for snapshot in self.snapshots(id).await? {
            self.remove(&names::snapshot(id, &snapshot)).await?;
        }
        self.remove(&names::draft(id)).await?;
        self.remove(&names::volume(id)).await
    }

    /// The device grows first; then whoever has it open is told.
    async fn extend(&self, id: &VolumeId, size_gb: i64, monitors: &Monitors<'_>) -> Result<()> {
        let name = names::volume(id);
        let size = self.pool.size(&name).await?.ok_or_else(|| Error::not_found(Noun::Volume, id.as_str()))?;
        if size < bytes(size_gb) {
            self.pool.extend(&name, size_gb).await?;
        }
        let path = self.path(id);
        // The guest hears of it from the topmost node, which some libvirts make over the device's and others do not.
        for driver in ["raw", "host_device"] {
            let is_it = |node: &Value| node["drv"] == driver && is_on(node, &path);
            if let Some(node) = Node::find(&path, is_it, monitors).await? {
                return node.writable()?.resize(bytes(size_gb).max(size)).await;
            }
        }
        Ok(())
    }

    /// Guests write past every cache of this host's, so what they were told is written is in the device.
    async fn snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, _: &Monitors<'_>) -> Result<()> {
        let name = names::snapshot(id, snapshot);
        if self.pool.size(&name).await?.is_some() {
            return Ok(());
        }
        self.pool.snapshot(&names::volume(id), &name).await
    }

    async fn delete_snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, _: &Monitors<'_>) -> Result<()> {
        self.remove(&names::snapshot(id, snapshot)).await
    }

    async fn copy_out(
        &self,
        id: &VolumeId,
        snapshot: &SnapshotId,
        to: &Path,
        format: DiskFormat,
        percent: &Percent,
    ) -> Result<()> {
        let source = self.pool.path(&names::snapshot(id, snapshot));
        qemu_img::convert(&source, DiskFormat::Raw, None, to, format, percent).await
    }

    async fn snapshots(&self, id: &VolumeId) -> Result<Vec<SnapshotId>> {
        Ok(self.names().await?.iter().filter_map(|name| names::snapshot_in(id, name)).collect())
    }

    async fn remove_drafts(&self) -> Result<()> {
        for name in self.names().await?.iter().filter(|name| names::is_draft(name)) {
            self.pool.remove(name).await?;
        }
        Ok(())
    }
}
