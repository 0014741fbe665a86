//! A socket that listens in a network namespace.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use tokio::fs;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Origin;
use super::serve::serve;
use crate::agent::conductor::Conductor;
use crate::agent::network::netns;
use crate::model::{Error, Reason, Result};

/// A running listener. Its socket is gone with it.
pub struct Listener {
    /// Of the namespace's file: another namespace of the same name has another.
    inode: u64,
    at: SocketAddr,
    origin: Origin,
    task: JoinHandle<()>,
}

impl Listener {
    /// Begins to listen and to answer.
    ///
    /// # Errors
    /// When there is no such namespace, or it cannot listen there.
    pub async fn open(netns: &str, at: SocketAddr, origin: Origin, conductor: Arc<Conductor>) -> Result<Self> {
        let failed = |error: &dyn std::fmt::Display| {
            let why = format!("cannot listen at {at} in network namespace {netns}: {error}");
            Error::from(Reason::Unavailable { part: "metadata".into(), why })
        };
        let inode = inode(netns).await.map_err(|error| failed(&error))?;
        let socket = bind(netns, at).await.map_err(|error| failed(&error))?;
        let task = tokio::spawn(serve(socket, origin.clone(), conductor));
        Ok(Self { inode, at, origin, task })
    }

    /// Whether it does what [`Listener::open`] would do now.
    pub async fn still_serves(&self, netns: &str, at: SocketAddr, origin: &Origin) -> bool {
        let same = self.at == at && self.origin == *origin && !self.task.is_finished();
        same && inode(netns).await.is_ok_and(|inode| inode == self.inode)
    }

    /// Ends it, and waits until the socket is closed: an open one would keep the namespace alive.
    pub async fn stop(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A namespace's inode is not given to another while a socket in it is open.
async fn inode(netns: &str) -> std::io::Result<u64> {
    Ok(fs::metadata(netns::path(netns)).await?.ino())
}

/// A socket belongs to the namespace in which its thread was when it was made.
async fn bind(netns: &str, at: SocketAddr) -> Result<TcpListener> {
    let socket = netns::inside(netns, move || std::net::TcpListener::bind(at)).await?;
    socket.set_nonblocking(true).and_then(|()| TcpListener::from_std(socket)).map_err(Error::internal)
}
