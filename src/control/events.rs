//! News for open pages.

use tokio::sync::broadcast;

use crate::model::live::Change;

/// Hands every change to whoever listens; a slow listener misses some and is told so, and then refetches all.
#[derive(Debug, Clone)]
pub struct Events {
    sender: broadcast::Sender<Change>,
}

impl Default for Events {
    fn default() -> Self {
        Self { sender: broadcast::channel(1024).0 }
    }
}

impl Events {
    /// Tells everybody; call it after the transaction has been committed.
    pub fn tell(&self, change: Change) {
        // No listener is no failure.
        let _ = self.sender.send(change);
    }

    /// Everything from now on, of every project: the HTTP layer filters by who is signed in.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }
}
