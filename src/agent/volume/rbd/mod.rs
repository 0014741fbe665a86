//! Volumes as images in a pool of a Ceph cluster (RBD), which every host of the cloud reaches by itself.
//!
//! The pool belongs to one cloud, and its hosts share it: an image bears the name of the host whose records its volume is
//! among, so that no host takes another's volumes for leftovers.

mod commands;
mod names;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use self::commands::Rbd;
use self::names::Names;
use super::backend::{Backend, Capabilities, Monitors, Origin, bytes, refuse_larger};
use super::monitor::Node;
use super::qemu_img;
use crate::agent::ceph::Ceph;
use crate::agent::compute::DiskSource;
use crate::agent::percent::Percent;
use crate::model::host::{VolumePool, VolumePoolKind};
use crate::model::image::DiskFormat;
use crate::model::{Error, Noun, Result, SnapshotId, VolumeId};

/// A QEMU that died has an image open for half a minute more.
const CLOSED_WITHIN: Duration = Duration::from_secs(60);
const ASK_EVERY: Duration = Duration::from_secs(5);
/// How long Ceph may take to say how large the pool is, for which a heartbeat waits, and how long that counts.
const SIZE_WITHIN: Duration = Duration::from_secs(8);
const SIZE_HOLDS: Duration = Duration::from_secs(60);

/// This host's volumes in a pool of a Ceph cluster.
pub struct RbdBackend {
    rbd: Rbd,
    names: Names,
    /// GiB, as last heard, and when it was asked for.
    size: Mutex<Option<(i64, Instant)>>,
}

impl RbdBackend {
    /// The volumes of `host` in the pool.
    pub fn new(ceph: Ceph, pool: String, host: &str) -> Self {
        Self { rbd: Rbd { ceph, pool }, names: Names::of(host), size: Mutex::default() }
    }

    async fn fill(&self, draft: &str, size_gb: i64, origin: Origin<'_>, percent: &Percent) -> Result<()> {
        let image_name = |image: &str, snapshot| self.rbd.ceph.qemu_name(&self.rbd.pool, image, snapshot);
        let target = image_name(draft, None);
        match origin {
            Origin::Empty => self.rbd.create(draft, size_gb).await,
            Origin::Image { path, format } => {
                let needed = qemu_img::info(path, format.as_str()).await?.virtual_size;
                refuse_larger("the image", needed, bytes(size_gb))?;
                self.rbd.create(draft, size_gb).await?;
                qemu_img::copy_onto(&path.display().to_string(), format.as_str(), &target, percent).await
            }
            Origin::Snapshot { volume, snapshot } => {
                self.rbd.create(draft, size_gb).await?;
                let source = image_name(&self.names.volume(volume), Some(snapshot.as_str()));
                qemu_img::copy_onto(&source, "raw", &target, percent).await
            }
        }
    }

    /// Removes an image with its snapshots; none there is fine.
    async fn remove(&self, image: &str) -> Result<()> {
        let began = Instant::now();
        loop {
            match self.rbd.remove(image).await {
                Err(error) if commands::is_open(&error) && began.elapsed() < CLOSED_WITHIN => sleep(ASK_EVERY).await,
                done => return done,
            }
        }
    }

    /// What was last heard of the pool's size; a pool that never told one has no room.
    async fn capacity_gb(&self) -> i64 {
        let mut size = self.size.lock().await;
        if let Some((gigabytes @ 1.., asked_at)) = *size
            && asked_at.elapsed() < SIZE_HOLDS
        {
            return gigabytes;
        }
        let known = size.map_or(0, |(gigabytes, _)| gigabytes);
        let told = match timeout(SIZE_WITHIN, self.rbd.capacity_gb()).await {
            Ok(Ok(gigabytes)) => gigabytes,
            Ok(Err(error)) => {
                tracing::warn!(pool = self.rbd.pool, %error, "the size of the pool is unknown");
                known
            }
            Err(_) => {
                tracing::warn!(pool = self.rbd.pool, "Ceph does not say how large the pool is");
                known
            }
        };
        *size = Some((told, Instant::now()));
        told
    }

    async fn size_of(&self, id: &VolumeId) -> Result<u64> {
        let found = self.rbd.size(&self.names.volume(id)).await?;
        found.ok_or_else(|| Error::not_found(Noun::Volume, id.as_str()))
    }
}

#[async_trait]
impl Backend for RbdBackend {
    /// Ceph would let two guests write to an image, which only a file system made for that survives; nothing here asks
    /// for one.
    fn capabilities(&self) -> Capabilities {
        Capabilities { online_extend: true, multi_attach: false, online_snapshot: true }
    }

    fn source(&self, id: &VolumeId) -> DiskSource {
        DiskSource::rbd(&self.rbd.ceph, self.rbd.pool.clone(), self.names.volume(id))
    }

    async fn pool(&self) -> Option<VolumePool> {
        let capacity_gb = self.capacity_gb().await;
        Some(VolumePool { kind: VolumePoolKind::Rbd, name: self.rbd.pool.clone(), capacity_gb })
    }

    async fn list(&self) -> Result<Vec<VolumeId>> {
        Ok(self.rbd.list().await?.iter().filter_map(|image| self.names.volume_in(image)).collect())
    }

    async fn has(&self, id: &VolumeId) -> Result<bool> {
        Ok(self.rbd.size(&self.names.volume(id)).await?.is_some())
    }

    async fn create(&self, id: &VolumeId, size_gb: i64, origin: Origin<'_>, percent: &Percent) -> Result<()> {
        let (draft, image) = (self.names.draft(id), self.names.volume(id));
        self.delete(id).await?;
        let filled = self.fill(&draft, size_gb, origin, percent).await;
        if filled.is_err() {
            self.remove(&draft).await?;
            return filled;
        }
        self.rbd.rename(&draft, &image).await
    }

    async fn delete(&self, id: &VolumeId) -> Result<()> {
        self.remove(&self.names.draft(id)).await?;
        self.remove(&self.names.volume(id)).await
    }

    async fn extend(&self, id: &VolumeId, size_gb: i64, monitors: &Monitors<'_>) -> Result<()> {
        if self.size_of(id).await? >= bytes(size_gb) {
            return Ok(());
        }
        let image = self.names.volume(id);
        let shown = format!("{}/{image}", self.rbd.pool);
        // The guest hears of it from the topmost node, which some libvirts make over the image's and others do not.
        for driver in ["raw", "rbd"] {
            let is_it = |node: &Value| node["drv"] == driver && is_over(node, &self.rbd.pool, &image);
            if let Some(node) = Node::find(Path::new(&shown), is_it, monitors).await? {
                return node.writable()?.resize(bytes(size_gb)).await;
            }
        }
        self.rbd.resize(&image, size_gb).await
    }

    /// A QEMU that has the image open is asked by Ceph, and first writes what it was told to keep.
    async fn snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, _: &Monitors<'_>) -> Result<()> {
        if self.snapshots(id).await?.contains(snapshot) {
            return Ok(());
        }
        self.rbd.snapshot(&self.names.volume(id), snapshot.as_str()).await
    }

    async fn delete_snapshot(&self, id: &VolumeId, snapshot: &SnapshotId, _: &Monitors<'_>) -> Result<()> {
        if !self.has(id).await? || !self.snapshots(id).await?.contains(snapshot) {
            return Ok(());
        }
        self.rbd.delete_snapshot(&self.names.volume(id), snapshot.as_str()).await
    }

    async fn copy_out(
        &self,
        id: &VolumeId,
        snapshot: &SnapshotId,
        to: &Path,
        format: DiskFormat,
        percent: &Percent,
    ) -> Result<()> {
        let source = self.rbd.ceph.qemu_name(&self.rbd.pool, &self.names.volume(id), Some(snapshot.as_str()));
        qemu_img::convert(Path::new(&source), DiskFormat::Raw, None, to, format, percent).await
    }

    async fn snapshots(&self, id: &VolumeId) -> Result<Vec<SnapshotId>> {
        Ok(self.rbd.snapshots(&self.names.volume(id)).await?.into_iter().map(SnapshotId::from).collect())
    }

    /// A cluster that is away, or a copy that outlived the agent, keeps no host from starting: whoever makes or deletes the
    /// volume removes its draft as well.
    async fn remove_drafts(&self) -> Result<()> {
        for image in self.rbd.list().await?.iter().filter(|image| self.names.is_draft(image)) {
            self.rbd.remove(image).await?;
        }
        Ok(())
    }
}

/// Whether a node of QEMU's is this image, or the format over it.
fn is_over(node: &Value, pool: &str, image: &str) -> bool {
    let text = node["image"]["filename"].as_str().or_else(|| node["file"].as_str()).unwrap_or_default();
    let Some(Ok(mut described)) = text.strip_prefix("json:").map(serde_json::from_str::<Value>) else { return false };
    while described["file"].is_object() {
        described = described["file"].take();
    }
    described["driver"] == "rbd" && described["pool"] == pool && described["image"] == image
}
