//! Images on this host: each downloaded once, verified, and shared by all disks over it.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use futures::StreamExt;
use sha2::{Digest, Sha256};
use tokio::fs;
use tokio::io::AsyncWriteExt;

use super::Host;
use crate::agent::files::{self, io_error};
use crate::agent::locks::Locks;
use crate::agent::meter;
use crate::agent::rest::{Caller, ImageRecord, despite_outages};
use crate::model::image::DiskFormat;
use crate::model::{Error, Reason, Result};

/// An image that no disk lies over any more is dropped when it was not used for this long.
const KEEP_UNUSED: Duration = Duration::from_secs(24 * 3600);

/// How often a download is attempted.
const DOWNLOADS: u32 = 5;

/// The directory of downloaded images.
pub struct ImageCache {
    directory: PathBuf,
    downloads: Locks<String>,
}

/// An image in the cache.
#[derive(Debug, Clone, PartialEq)]
pub struct Cached {
    path: PathBuf,
    pub format: DiskFormat,
    bytes: u64,
    downloaded: bool,
}

impl Cached {
    /// How it came here, for the timeline.
    pub fn describe(&self) -> String {
        let how = if self.downloaded { "downloaded" } else { "cached" };
        format!("{} kB, {how}", self.bytes.div_ceil(1000))
    }

    /// Its data, as long as the cache keeps it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the image a second name, so that it stays as long as the disk over it; a copy, if that is on another file
    /// system than the cache.
    ///
    /// # Errors
    /// When the file system refuses.
    pub async fn link_to(&self, path: &Path) -> Result<()> {
        files::remove(path).await?;
        let linked = match fs::hard_link(&self.path, path).await {
            Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
                fs::copy(&self.path, path).await.map(drop)
            }
            linked => linked,
        };
        linked.map_err(|error| io_error(path, error))
    }
}

impl ImageCache {
    /// A cache in a directory that exists.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory, downloads: Locks::default() }
    }

    /// The image's verified data: from the cache, or downloaded now. Launches that want the same image wait for one
    /// download.
    ///
    /// # Errors
    /// When the image is not active, cannot be fetched, or its data is not what the record says.
    pub async fn fetch(&self, host: &Host, caller: Caller<'_>, image: &ImageRecord) -> Result<Cached> {
        let sha256 = image.sha256()?.to_ascii_lowercase();
        let format = image.disk_format.ok_or_else(|| Reason::ImageDamaged { why: "it has no disk format".into() })?;
        let path = self.directory.join(&sha256);
        let _download = self.downloads.hold(&sha256).await;
        let found = fs::metadata(&path).await;
        meter::image_wanted(found.is_ok());
        if let Ok(found) = found {
            self.touch(&path).await?;
            return Ok(Cached { path, format, bytes: found.len(), downloaded: false });
        }
        let draft = self.directory.join(format!("{sha256}.part"));
        // From the beginning again when the service breaks it off: it may just be starting anew.
        let download = || self.download(host, caller, image, &sha256, &draft);
        let received = despite_outages(DOWNLOADS, "downloading an image", download).await;
        match received {
            Ok(bytes) => {
                fs::rename(&draft, &path).await.map_err(|error| io_error(&path, error))?;
                Ok(Cached { path, format, bytes, downloaded: true })
            }
            Err(error) => {
                files::remove(&draft).await?;
                Err(error)
            }
        }
    }

    async fn download(
        &self,
        host: &Host,
        caller: Caller<'_>,
        image: &ImageRecord,
        sha256: &str,
        draft: &Path,
    ) -> Result<u64> {
        let mut body = host.rest.image_file(caller, &image.id).await?.bytes_stream();
        let mut file = fs::File::create(draft).await.map_err(|error| io_error(draft, error))?;
        let mut digest = Sha256::new();
        let mut bytes = 0;
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| {
                Error::because(Reason::Unavailable { part: "image".into(), why: error.to_string() }, error)
            })?;
            digest.update(&piece);
            bytes += piece.len() as u64;
            file.write_all(&piece).await.map_err(|error| io_error(draft, error))?;
        }
        file.sync_all().await.map_err(|error| io_error(draft, error))?;
        let found = hex::encode(digest.finalize());
        if found != sha256 {
            return Err(Reason::ImageChecksumMismatch { said: sha256.to_owned(), found }.into());
        }
        if let Some(format) = image.disk_format {
            host.hypervisor.check_image(draft, format).await?;
        }
        Ok(bytes)
    }

    /// Removes broken-off downloads; call before the first [`ImageCache::fetch`].
    ///
    /// # Errors
    /// When the directory cannot be read or a file not removed.
    pub async fn remove_drafts(&self) -> Result<()> {
        for name in files::names_in(&self.directory).await? {
            if name.ends_with(".part") {
                files::remove(&self.directory.join(name)).await?;
            }
        }
        Ok(())
    }

    /// Removes images that no disk lies over and that nobody used for a day.
    ///
    /// # Errors
    /// As [`ImageCache::remove_drafts`].
    pub async fn remove_unused(&self, now: SystemTime) -> Result<()> {
        for name in files::names_in(&self.directory).await? {
            let path = self.directory.join(&name);
            let _download = self.downloads.hold(&name).await;
            let Ok(found) = fs::metadata(&path).await else { continue };
            let used = found.modified().map_err(|error| io_error(&path, error))?;
            let unused = now.duration_since(used).is_ok_and(|age| age > KEEP_UNUSED);
            let alone = std::os::unix::fs::MetadataExt::nlink(&found) == 1;
            if unused && alone && !name.ends_with(".part") {
                tracing::info!(image = name, "dropping an unused image from the cache");
                files::remove(&path).await?;
            }
        }
        Ok(())
    }

    async fn touch(&self, path: &Path) -> Result<()> {
        let opened = fs::File::options().append(true).open(path).await.map_err(|error| io_error(path, error))?;
        let file = opened.into_std().await;
        file.set_modified(SystemTime::now()).map_err(|error| io_error(path, error))
    }
}
