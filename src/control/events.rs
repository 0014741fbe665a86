//! News for open pages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::broadcast;

use crate::model::live::Change;

/// What a listener hears.
#[derive(Debug, Clone)]
pub enum News {
    Changed(Change),
    /// Some changes were missed; which ones nobody knows.
    Missed,
}

/// Hands every change to whoever listens; a slow listener misses some and is told so, and then refetches all.
#[derive(Debug, Clone)]
pub struct Events {
    sender: broadcast::Sender<News>,
    told: Arc<AtomicU64>,
}

impl Default for Events {
    fn default() -> Self {
        Self { sender: broadcast::channel(1024).0, told: Arc::default() }
    }
}

impl Events {
    /// Tells everybody in this process.
    pub fn tell(&self, news: News) {
        self.told.fetch_add(1, Ordering::SeqCst);
        // No listener is no failure.
        let _ = self.sender.send(news);
    }

    /// How many changes were told so far. Whoever read this before the data, and finds it the same after it began to
    /// listen, has missed none.
    pub fn told(&self) -> u64 {
        self.told.load(Ordering::SeqCst)
    }

    /// Everything from now on, of every project: the HTTP layer filters by who is signed in.
    pub fn subscribe(&self) -> broadcast::Receiver<News> {
        self.sender.subscribe()
    }
}
