//! Images: records and data.

use std::path::PathBuf;
use std::sync::Arc;

use futures::Stream;
use tokio_util::bytes::Bytes;

use super::Ctx;
use super::shared::Shared;
use crate::model::image::{Image, ImagePatch, NewImage};
use crate::model::{ImageId, Result};

/// The image service.
#[derive(Clone)]
pub struct ImageService {
    shared: Arc<Shared>,
}

#[allow(unused_variables)]
impl ImageService {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The project's own and everybody's public images, by name; administrators see all.
    pub async fn images(&self, ctx: &Ctx) -> Result<Vec<Image>> {
        todo!()
    }
    pub async fn image(&self, ctx: &Ctx, id: &ImageId) -> Result<Image> {
        todo!()
    }
    /// Makes a record in `queued`; data comes with [`Self::upload`]. Only administrators make public images.
    pub async fn create(&self, ctx: &Ctx, image: NewImage) -> Result<Image> {
        todo!()
    }
    /// Streams data into the image: written to a temporary file, hashed on the way, inspected with `qemu-img info`,
    /// then moved into place. The image is `active` then. After a refusal the file is gone and the image `killed`
    /// with the reason (or `queued` again when the upload merely broke off).
    ///
    /// # Errors
    /// `ImageFormatMismatch`, `ImageHasBackingFile`, `ImageHasDataFile`, `ImageDamaged`, `DiskFull`,
    /// `ImageChecksumMismatch` when `sha256` says what was meant.
    pub async fn upload<S, E>(&self, ctx: &Ctx, id: &ImageId, data: S, sha256: Option<&str>) -> Result<Image>
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        todo!()
    }
    pub async fn update(&self, ctx: &Ctx, id: &ImageId, patch: ImagePatch) -> Result<Image> {
        todo!()
    }
    /// Refused while protected. Instances keep running: agents hold their own verified copy.
    pub async fn delete(&self, ctx: &Ctx, id: &ImageId) -> Result<()> {
        todo!()
    }
    /// Where the data of an active image lies, for streaming it out.
    pub async fn file(&self, ctx: &Ctx, id: &ImageId) -> Result<(Image, PathBuf)> {
        todo!()
    }
}
