//! Data on its way in: received beside its place, inspected, then moved into place.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use futures::Stream;
use tokio::fs;
use tokio_util::bytes::Bytes;

use super::inspect::inspect;
use super::receive::{Received, receive};
use super::{ImageService, store};
use crate::control::Ctx;
use crate::control::policy::Grant;
use crate::control::shared::Shared;
use crate::model::image::{DiskFormat, Image, ImageStatus};
use crate::model::{Error, ImageId, Kind, Noun, Reason, Result};

/// What has arrived, with the size that a guest sees.
pub(super) type Taken = (Received, i64);

/// Why an upload ended without an image.
pub(super) enum Ended {
    /// The data itself is no good: the image says so until other data comes.
    Refused(Error),
    /// The connection broke off or the disk is full: the image waits for data again.
    BrokenOff(Error),
}

impl Ended {
    /// The error alone.
    pub fn into_error(self) -> Error {
        match self {
            Self::Refused(error) | Self::BrokenOff(error) => error,
        }
    }
}

/// The format of the data that an image waits for.
///
/// # Errors
/// `Required` for what must be said of the data before it comes.
pub(super) fn wants(image: &Image) -> Result<DiskFormat> {
    let required = |field: &str| Reason::Required { field: field.into() };
    let format = image.disk_format.ok_or_else(|| required("disk_format"))?;
    image.container_format.map(|_| format).ok_or_else(|| required("container_format").into())
}

impl ImageService {
    /// Streams data into an image that waits for it; afterwards it is active. Data that is no good leaves the image
    /// `killed` with the reason, an upload that breaks off leaves it waiting again, and neither leaves a file.
    ///
    /// # Errors
    /// `ImageFormatMismatch`, `ImageHasBackingFile`, `ImageHasDataFile`, `ImageDamaged`, `DiskFull`,
    /// `ImageChecksumMismatch` when `sha256` says what was meant, `InvalidState` when it has data or is being sent some.
    pub async fn upload<S, E>(&self, ctx: &Ctx, id: &ImageId, data: S, sha256: Option<&str>) -> Result<Image>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        let (image, grant) = self.own(ctx, id).await?;
        let format = wants(&image)?;
        self.begin(grant, &image, ImageStatus::Saving).await?;
        self.tell(&image);
        // Whatever becomes of this future (a browser that goes away drops it), the image does not stay `saving`.
        let broken_off = Reason::ImageDamaged { why: "the upload was broken off".to_owned() };
        let unfinished = Unfinished::new(self, grant, id, broken_off);
        let taken = self.take(id, format, data, sha256).await;
        unfinished.finished();
        self.settle(grant, id, taken).await
    }

    /// Claims an image that waits for data for this one source of it.
    pub(super) async fn begin(&self, grant: Grant, image: &Image, meanwhile: ImageStatus) -> Result<()> {
        let mut tx = self.shared.db.write().await?;
        if !store::images::begin(&mut tx, grant, &image.id, meanwhile, self.shared.now()).await? {
            let verb = if meanwhile == ImageStatus::Importing { "import" } else { "upload" };
            return Err(Reason::InvalidState {
                verb: verb.to_owned(),
                id: image.id.to_string(),
                status: image.status.to_string(),
            }
            .into());
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn take<S, E>(
        &self,
        id: &ImageId,
        format: DiskFormat,
        data: S,
        sha256: Option<&str>,
    ) -> Result<Taken, Ended>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        let place = self.data_path(id);
        let part = Part(place.with_extension("part"));
        let received = receive(&part.0, data).await.map_err(Ended::BrokenOff)?;
        if let Some(said) = sha256.filter(|said| !said.eq_ignore_ascii_case(&received.sha256)) {
            let mismatch = Reason::ImageChecksumMismatch { said: said.to_owned(), found: received.sha256 };
            return Err(Ended::Refused(mismatch.into()));
        }
        let virtual_size = inspect(&part.0, format).await.map_err(Ended::Refused)?;
        fs::rename(&part.0, &place).await.map_err(|error| Ended::BrokenOff(io(&place, error)))?;
        Ok((received, virtual_size))
    }

    pub(super) async fn settle(&self, grant: Grant, id: &ImageId, taken: Result<Taken, Ended>) -> Result<Image> {
        let mut tx = self.shared.db.write().await?;
        // Read again: the record may have been changed meanwhile, or deleted; then its data goes too.
        let Some(image) = store::images::find(&mut *tx, id).await? else {
            remove(&self.data_path(id)).await?;
            return Err(Error::not_found(Noun::Image, id.as_str()));
        };
        let image = Image { updated_at: self.shared.now(), ..image };
        let (image, error) = match taken {
            Ok((received, virtual_size)) => {
                let image = Image {
                    status: ImageStatus::Active,
                    fault: None,
                    size: Some(received.size),
                    virtual_size: Some(virtual_size),
                    checksum: Some(received.md5),
                    sha256: Some(received.sha256),
                    ..image
                };
                (image, None)
            }
            Err(Ended::Refused(error)) => {
                (Image { status: ImageStatus::Killed, fault: Some(error.reason.clone()), ..image }, Some(error))
            }
            Err(Ended::BrokenOff(error)) => {
                (Image { status: ImageStatus::Queued, fault: Some(error.reason.clone()), ..image }, Some(error))
            }
        };
        store::images::save(&mut tx, grant, &image).await?;
        tx.commit().await?;
        self.tell(&image);
        error.map_or(Ok(image), Err)
    }
}

/// Removes what uploads, imports and deletions that a crash broke off have left, and lets those images wait for data
/// again.
pub(in crate::control) async fn recover(shared: &Shared) -> Result<()> {
    let mut tx = shared.db.write().await?;
    store::images::reset(&mut tx, ImageStatus::Saving, None, shared.now()).await?;
    store::images::reset(&mut tx, ImageStatus::Importing, Some(&Reason::ImportInterrupted), shared.now()).await?;
    tx.commit().await?;
    let dir = shared.settings.state_dir.join("images");
    let mut entries = fs::read_dir(&dir).await.map_err(|error| io(&dir, error))?;
    while let Some(entry) = entries.next_entry().await.map_err(|error| io(&dir, error))? {
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = store::images::find(shared.db.read(), &ImageId::from(name)).await?;
        if known.is_none_or(|image| image.status != ImageStatus::Active && image.status != ImageStatus::Deactivated) {
            remove(&entry.path()).await?;
        }
    }
    Ok(())
}

/// Removes a file; one that is not there is as good as removed.
pub(super) async fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io(path, error)),
        _ => Ok(()),
    }
}

/// The file being written; removed unless it was moved into place.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // Already gone when it was moved; anything else is cleared away at the next start.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Sees to it that an image waits for data again when the future that sees to its data is dropped.
pub(super) struct Unfinished {
    service: ImageService,
    grant: Grant,
    id: Option<ImageId>,
    /// Why there is none then.
    why: Reason,
}

impl Unfinished {
    pub fn new(service: &ImageService, grant: Grant, id: &ImageId, why: Reason) -> Self {
        Self { service: service.clone(), grant, id: Some(id.clone()), why }
    }

    /// What came of it is known.
    pub fn finished(mut self) {
        self.id = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        let (service, grant, why) = (self.service.clone(), self.grant, self.why.clone());
        tokio::spawn(async move {
            if let Err(error) = service.settle(grant, &id, Err(Ended::BrokenOff(why.clone().into()))).await
                && error.reason != why
                && error.kind() != Kind::NotFound
            {
                tracing::warn!(image = %id, %error, "an upload that was broken off could not be written down");
            }
        });
    }
}

pub(super) fn io(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Error::because(Reason::DiskFull { path: path.display().to_string() }, error)
        }
        _ => Error::internal(error),
    }
}
