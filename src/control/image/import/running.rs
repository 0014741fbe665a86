//! The imports that run in this process: how far each is, and how to end it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::model::ImageId;
use crate::model::image::Progress;

/// One that runs.
#[derive(Default)]
pub struct Import {
    stop: CancellationToken,
    ended: CancellationToken,
    received: AtomicU64,
    /// Nothing as long as it is not known.
    of: AtomicU64,
}

impl Import {
    /// So many bytes will come.
    pub fn expect(&self, bytes: u64) {
        self.of.store(bytes, Ordering::Relaxed);
    }

    /// So many bytes came in all.
    pub fn arrived(&self, bytes: u64) {
        self.received.store(bytes, Ordering::Relaxed);
    }

    /// Resolves when it is no longer wanted.
    pub async fn unwanted(&self) {
        self.stop.cancelled().await;
    }

    fn progress(&self) -> Progress {
        let of = self.of.load(Ordering::Relaxed);
        Progress { received: self.received.load(Ordering::Relaxed), of: (of > 0).then_some(of) }
    }
}

/// All of them.
#[derive(Default, Clone)]
pub struct Running(Arc<Mutex<HashMap<ImageId, Arc<Import>>>>);

/// An import's place among those that run; it has ended when this is dropped.
pub struct Entered {
    running: Running,
    id: ImageId,
    pub import: Arc<Import>,
}

impl Running {
    /// From now on this image is being imported. It is its record that sees to it that it is not twice.
    pub fn enter(&self, id: &ImageId) -> Entered {
        let import = Arc::new(Import::default());
        self.all().insert(id.clone(), import.clone());
        Entered { running: self.clone(), id: id.clone(), import }
    }

    /// How far an image is, if it is being imported.
    pub fn progress(&self, id: &ImageId) -> Option<Progress> {
        self.all().get(id).map(|import| import.progress())
    }

    /// Ends an image's import, if there is one, and waits until it has ended.
    pub async fn stop(&self, id: &ImageId) {
        let import = self.all().get(id).cloned();
        if let Some(import) = import {
            import.stop.cancel();
            import.ended.cancelled().await;
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<ImageId, Arc<Import>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut all = self.running.all();
        if all.get(&self.id).is_some_and(|import| Arc::ptr_eq(import, &self.import)) {
            all.remove(&self.id);
        }
        self.import.ended.cancel();
    }
}
