//! A socket that listens in a network namespace.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use nix::sched::{CloneFlags, setns};
use tokio::fs;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
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
        let failed = |error: std::io::Error| {
            let why = format!("cannot listen at {at} in network namespace {netns}: {error}");
            Error::because(Reason::Unavailable { part: "metadata".into(), why }, error)
        };
        let inode = inode(netns).await.map_err(failed)?;
        let socket = bind(netns, at).await.map_err(failed)?;
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

/// A socket belongs to the namespace in which its thread was when it was made, so that takes a thread of its own.
async fn bind(netns: &str, at: SocketAddr) -> std::io::Result<TcpListener> {
    let namespace = fs::File::open(netns::path(netns)).await?.into_std().await;
    let (answer, bound) = oneshot::channel();
    std::thread::spawn(move || {
        let entered = setns(namespace, CloneFlags::CLONE_NEWNET).map_err(std::io::Error::from);
        // Nobody waits any more if the answer is not taken.
        let _ = answer.send(entered.and_then(|()| std::net::TcpListener::bind(at)));
    });
    let socket = bound.await.map_err(std::io::Error::other)??;
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket)
}
