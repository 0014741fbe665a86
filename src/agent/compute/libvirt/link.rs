//! The connection to libvirtd: opened when needed, opened again when the daemon died and came back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, broadcast};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};
use virt::connect::Connect;
use virt::error::Error as VirtError;

use super::events;
use super::refusal::{is_outage, outage, refused};
use crate::model::{Error, InstanceId, Result};

/// How long the daemon may take to take a connection.
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// How often a call is tried while the daemon is out of reach, and how long is waited in between.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);
/// Seconds between signs of life, and how many may be missed before the connection counts as dead.
const KEEP_ALIVE: (i32, u32) = (5, 3);

/// One connection at most, shared by all calls.
pub struct Link {
    uri: String,
    connection: Mutex<Option<Arc<Connect>>>,
    changes: broadcast::Sender<InstanceId>,
}

impl Link {
    /// A link to the daemon at `uri`; nothing is opened yet.
    pub fn new(uri: &str) -> Self {
        Self { uri: uri.to_owned(), connection: Mutex::default(), changes: broadcast::channel(1024).0 }
    }

    /// Tells of domains whose state changed, while there is a connection.
    pub fn changes(&self) -> broadcast::Receiver<InstanceId> {
        self.changes.subscribe()
    }

    /// Calls libvirt on a thread of its own, a few times over if the daemon is out of reach.
    ///
    /// # Errors
    /// `HypervisorUnavailable`, `HypervisorRefused` or `DiskFull`.
    pub async fn call<T: Send + 'static>(
        &self,
        act: impl Fn(&Connect) -> Result<T, VirtError> + Send + Sync + 'static,
    ) -> Result<T> {
        let act = Arc::new(act);
        for _ in 1..ATTEMPTS {
            match self.attempt(act.clone()).await {
                Ok(result) => return result,
                Err(error) => tracing::debug!(%error, "trying libvirt again"),
            }
            sleep(PAUSE).await;
        }
        self.attempt(act).await?
    }

    /// As [`Link::call`], once.
    ///
    /// # Errors
    /// As [`Link::call`].
    pub async fn call_once<T: Send + 'static>(
        &self,
        act: impl Fn(&Connect) -> Result<T, VirtError> + Send + Sync + 'static,
    ) -> Result<T> {
        self.attempt(Arc::new(act)).await?
    }

    /// The outer error is an outage, the inner one the daemon's answer.
    async fn attempt<T: Send + 'static>(
        &self,
        act: Arc<impl Fn(&Connect) -> Result<T, VirtError> + Send + Sync + 'static>,
    ) -> Result<Result<T>, Error> {
        let connection = self.connection().await?;
        let used = connection.clone();
        let result = spawn_blocking(move || act(&used)).await.map_err(Error::internal)?;
        match result {
            Ok(value) => Ok(Ok(value)),
            Err(error) if is_outage(&error) || !connection.is_alive().unwrap_or(false) => {
                self.forget(&connection).await;
                Err(outage(&self.uri, error.message()))
            }
            Err(error) => Ok(Err(refused(error))),
        }
    }

    async fn connection(&self) -> Result<Arc<Connect>> {
        let mut slot = self.connection.lock().await;
        if let Some(connection) = slot.as_ref() {
            // Known without asking the daemon.
            if connection.is_alive().unwrap_or(false) {
                return Ok(connection.clone());
            }
        }
        *slot = None;
        let uri = self.uri.clone();
        let changes = self.changes.clone();
        let opening = spawn_blocking(move || open(&uri, changes));
        let Ok(opened) = timeout(OPEN_WITHIN, opening).await else {
            return Err(outage(&self.uri, &format!("no answer within {} s", OPEN_WITHIN.as_secs())));
        };
        let opened = opened.map_err(Error::internal)?.map_err(|error| outage(&self.uri, error.message()))?;
        tracing::info!(uri = self.uri, "connected to libvirt");
        Ok(slot.insert(Arc::new(opened)).clone())
    }

    async fn forget(&self, connection: &Arc<Connect>) {
        let mut slot = self.connection.lock().await;
        if slot.as_ref().is_some_and(|present| Arc::ptr_eq(present, connection)) {
            tracing::warn!(uri = self.uri, "lost the connection to libvirt");
            *slot = None;
        }
    }
}

fn open(uri: &str, changes: broadcast::Sender<InstanceId>) -> Result<Connect, VirtError> {
    events::run_loop()?;
    let connection = Connect::open(Some(uri))?;
    let (seconds, misses) = KEEP_ALIVE;
    connection.set_keep_alive(seconds, misses)?;
    events::subscribe(&connection, changes)?;
    Ok(connection)
}
