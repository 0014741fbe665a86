//! Block volumes in this host's pool: making, changing and removing them.

mod backend;
mod exports;
mod file;
mod lvm;
mod making;
mod moment;
pub mod monitor;
mod pretended;
pub mod qcow2;
pub mod qemu_img;
mod rbd;
mod reconcile;
mod sending;
mod serve;
#[cfg(test)]
mod tests;
mod work;

pub use backend::Backend;
pub use exports::{ExportPorts, Exports};
pub use file::FileBackend;
pub use lvm::LvmBackend;
pub use pretended::PretendedBackend;
pub use rbd::RbdBackend;
pub use reconcile::keep_reconciled;
pub use serve::serve;
pub use work::{bring, run};

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use crate::agent::ceph::Ceph;
use crate::agent::locks::Locks;
use crate::model::{Result, SnapshotId, VolumeId};

/// A host's pool of volumes, and who is at what in it.
pub struct Pool {
    pub backend: Arc<dyn Backend>,
    /// How this host reaches volumes in a Ceph cluster, its own and others'.
    pub ceph: Ceph,
    exports: Exports,
    work: Locks<VolumeId>,
    data: Locks<VolumeId>,
    snapshots: Locks<SnapshotId>,
}

impl Pool {
    /// The pool of a backend, how other hosts reach it, and how this one reaches a cluster.
    pub fn new(backend: Arc<dyn Backend>, exports: Exports, ceph: Ceph) -> Self {
        Self { backend, ceph, exports, work: Locks::default(), data: Locks::default(), snapshots: Locks::default() }
    }

    /// Whether somebody is at work on a volume.
    pub fn is_busy(&self, id: &VolumeId) -> bool {
        self.work.is_held(id)
    }

    /// Held while a volume's data are opened for a guest, or changed while none has them open: both at once, and QEMU
    /// refuses one. Only for moments.
    pub async fn data(&self, id: &VolumeId) -> OwnedMutexGuard<()> {
        self.data.hold(id).await
    }

    /// As [`Pool::data`], of the volumes that a guest of this host is about to open: nobody else is served those any
    /// more.
    ///
    /// # Errors
    /// When an export does not end.
    pub async fn for_guest(&self, ids: impl Iterator<Item = &VolumeId>) -> Result<Vec<OwnedMutexGuard<()>>> {
        let mut ids: Vec<&VolumeId> = ids.collect();
        // Always in the same order, so that two who want the same ones do not wait for each other.
        ids.sort();
        ids.dedup();
        let mut held = Vec::with_capacity(ids.len());
        for id in ids {
            held.push(self.data(id).await);
            self.exports.close(id).await?;
        }
        Ok(held)
    }
}
