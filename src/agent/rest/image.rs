//! The image service (`/image/v2`).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::TryStreamExt;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Body, Response};
use serde::Deserialize;
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use super::{Caller, Rest};
use crate::agent::files::io_error;
use crate::agent::percent::Percent;
use crate::model::image::DiskFormat;
use crate::model::{ImageId, Reason, Result};

const SERVICE: &str = "image";
/// Bytes read at once of a file that is sent.
const PIECE: usize = 256 * 1024;
/// How long the service may take for the next piece, and for its answer to the last one.
const PATIENCE: Duration = Duration::from_secs(120);

/// An image as the API shows it; only what a host needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ImageRecord {
    pub id: ImageId,
    pub status: String,
    pub disk_format: Option<DiskFormat>,
    /// Bytes of the file.
    pub size: Option<u64>,
    /// Bytes that a guest sees.
    pub virtual_size: Option<u64>,
    pub os_hash_algo: Option<String>,
    pub os_hash_value: Option<String>,
}

impl ImageRecord {
    /// Whether it has its data.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }

    /// Whether data are being sent to it.
    pub fn is_saving(&self) -> bool {
        self.status == "saving"
    }

    /// The SHA-256 that the data must have.
    ///
    /// # Errors
    /// When the image has no data yet, or no SHA-256 to verify it by.
    pub fn sha256(&self) -> Result<&str> {
        if !self.is_active() {
            return Err(Reason::ImageNotActive { id: self.id.to_string(), status: self.status.clone() }.into());
        }
        match (self.os_hash_algo.as_deref(), self.os_hash_value.as_deref()) {
            (Some("sha256"), Some(value)) if value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Ok(value)
            }
            _ => Err(Reason::ImageDamaged { why: "it has no SHA-256 checksum".into() }.into()),
        }
    }
}

impl Rest {
    /// An image's record.
    ///
    /// # Errors
    /// [`Reason::ServiceRefused`] or [`Reason::Unavailable`].
    pub async fn image(&self, caller: Caller<'_>, id: &ImageId) -> Result<ImageRecord> {
        self.get_json(SERVICE, caller, &format!("/image/v2/images/{id}")).await
    }

    /// An image's data, to be streamed.
    ///
    /// # Errors
    /// [`Reason::ServiceRefused`] or [`Reason::Unavailable`].
    pub async fn image_file(&self, caller: Caller<'_>, id: &ImageId) -> Result<Response> {
        let address = format!("{}/image/v2/images/{id}/file", self.base);
        self.send(SERVICE, caller, |http| http.get(&address)).await
    }

    /// Sends a file as the data of an image that waits for them.
    ///
    /// # Errors
    /// [`Reason::ServiceRefused`], [`Reason::Unavailable`], or [`Reason::Timeout`] when the service takes nothing any more.
    pub async fn send_image(&self, caller: Caller<'_>, id: &ImageId, path: &Path, percent: &Percent) -> Result<()> {
        let file = File::open(path).await.map_err(|error| io_error(path, error))?;
        let size = file.metadata().await.map_err(|error| io_error(path, error))?.len().max(1);
        let sent = Arc::new(AtomicU64::new(0));
        let (counter, percent) = (sent.clone(), percent.clone());
        let count = move |piece: &tokio_util::bytes::Bytes| {
            let sent = counter.fetch_add(piece.len() as u64, Ordering::Relaxed) + piece.len() as u64;
            percent.set(i64::try_from(sent.min(size) * 100 / size).unwrap_or_default());
        };
        let body = Body::wrap_stream(ReaderStream::with_capacity(file, PIECE).inspect_ok(count));
        let address = format!("{}/image/v2/images/{id}/file", self.base);
        let request = self.uploads.put(&address).header(CONTENT_TYPE, "application/octet-stream").body(body);
        tokio::select! {
            answer = self.send_once(SERVICE, caller, request) => answer.map(drop),
            () = silence(&sent) => {
                let what = "The image service's taking of the data".to_owned();
                Err(Reason::Timeout { what, seconds: PATIENCE.as_secs() }.into())
            }
        }
    }
}

/// Resolves when nothing more was sent for too long.
async fn silence(sent: &AtomicU64) {
    let mut before = None;
    loop {
        let now = Some(sent.load(Ordering::Relaxed));
        if now == before {
            return;
        }
        before = now;
        tokio::time::sleep(PATIENCE).await;
    }
}
