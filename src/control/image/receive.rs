//! Data as it arrives: written to a file and hashed, each on a thread of its own.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use futures::{Stream, StreamExt};
use md5::Md5;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::bytes::Bytes;

use super::upload::io;
use crate::model::{Error, Reason, Result};

/// How many parts may wait for the slowest thread; a part is what came with one read, at most some hundred KiB.
const WAITING: usize = 32;
/// Bytes that the disk may be behind: it writes while more arrives, so that little is left to wait for at the end.
const BEHIND: usize = 16 << 20;

/// What has arrived.
pub(super) struct Received {
    pub size: i64,
    pub md5: String,
    pub sha256: String,
}

/// Writes all of the data to a new file and sees it to the disk.
///
/// # Errors
/// `ImageDamaged` if the data breaks off, `DiskFull`.
pub(super) async fn receive<S, E>(path: &Path, mut data: S) -> Result<Received>
where
    S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
    E: std::fmt::Display,
{
    let mut file = File::create(path).map_err(|error| io(path, error))?;
    let writer = Worker::start(move |mut parts| {
        let mut unsynced = 0;
        while let Some(part) = parts.blocking_recv() {
            file.write_all(&part)?;
            unsynced += part.len();
            if unsynced >= BEHIND {
                file.sync_data()?;
                unsynced = 0;
            }
        }
        file.sync_all()
    });
    let workers = [Worker::start(hash::<Md5>), Worker::start(hash::<Sha256>)];
    let mut size = 0i64;
    while let Some(part) = data.next().await {
        let part = part.map_err(|error| Reason::ImageDamaged { why: error.to_string() })?;
        size += part.len() as i64;
        for worker in &workers {
            worker.take(&part).await;
        }
        if !writer.take(&part).await {
            break; // It has ended with an error, which says why.
        }
    }
    writer.end().await?.map_err(|error| io(path, error))?;
    let [md5, sha256] = workers;
    Ok(Received { size, md5: md5.end().await?, sha256: sha256.end().await? })
}

fn hash<D: Digest>(mut parts: mpsc::Receiver<Bytes>) -> String {
    let mut digest = D::new();
    while let Some(part) = parts.blocking_recv() {
        digest.update(&part);
    }
    hex::encode(digest.finalize())
}

/// A thread that is given every part, in order.
struct Worker<T> {
    parts: mpsc::Sender<Bytes>,
    result: JoinHandle<T>,
}

impl<T: Send + 'static> Worker<T> {
    fn start(work: impl FnOnce(mpsc::Receiver<Bytes>) -> T + Send + 'static) -> Self {
        let (parts, given) = mpsc::channel(WAITING);
        Self { parts, result: tokio::task::spawn_blocking(move || work(given)) }
    }

    /// False once the thread has ended.
    async fn take(&self, part: &Bytes) -> bool {
        self.parts.send(part.clone()).await.is_ok()
    }

    /// What it makes of all that it was given.
    async fn end(self) -> Result<T> {
        drop(self.parts);
        self.result.await.map_err(Error::internal)
    }
}
