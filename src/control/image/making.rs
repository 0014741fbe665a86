//! Images that hosts make of volumes and instances: the record comes first, and goes again if no data come.

use super::{ImageService, store, tell};
use crate::control::Ctx;
use crate::control::shared::Shared;
use crate::control::store::Tx;
use crate::control::store::image_sources::{self, Source};
use crate::model::Result;
use crate::model::image::{Image, ImageStatus, NewImage};

const MD5_OF_NOTHING: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA256_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

impl ImageService {
    /// Makes the record of an image for which a host is to send data. Pages are told by [`Self::tell`], after the commit.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub(in crate::control) async fn begin_making(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        new: NewImage,
        source: Source<'_>,
    ) -> Result<Image> {
        let (image, grant) = self.add(tx, ctx, new).await?;
        image_sources::insert(tx, grant, &image.id, source).await?;
        Ok(image)
    }

    /// Makes an image that is whole without data, because its properties name what instances start from. Pages are told of
    /// it by [`Self::tell`], after the commit.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub(in crate::control) async fn make_empty(&self, tx: &mut Tx, ctx: &Ctx, new: NewImage) -> Result<Image> {
        let (image, grant) = self.add(tx, ctx, new).await?;
        let image = Image {
            status: ImageStatus::Active,
            size: Some(0),
            checksum: Some(MD5_OF_NOTHING.to_owned()),
            sha256: Some(SHA256_OF_NOTHING.to_owned()),
            ..image
        };
        store::images::save(tx, grant, &image).await?;
        Ok(image)
    }
}

/// What became of an image that was being made.
#[must_use]
#[derive(Debug, Default)]
pub(in crate::control) struct Made(Option<Image>);

impl Made {
    /// Its data are there, whatever the host that sent them knows of it.
    pub fn is_whole(&self) -> bool {
        let has_data = |image: &Image| matches!(image.status, ImageStatus::Active | ImageStatus::Deactivated);
        self.0.as_ref().is_some_and(has_data)
    }

    /// Tells pages, after the commit.
    pub fn tell(&self, shared: &Shared) {
        if let Some(image) = &self.0 {
            tell(shared, image);
        }
    }
}

/// Nothing is being made an image of it any more. One that is not whole goes, as nobody else would know what for it is
/// there; what of its data arrives yet goes with it.
pub(in crate::control) async fn end_making(tx: &mut Tx, source: Source<'_>) -> Result<Made> {
    let Some(id) = image_sources::image_of(tx, source).await? else { return Ok(Made::default()) };
    image_sources::remove(tx, &id).await?;
    let made = Made(store::images::find(&mut **tx, &id).await?);
    store::images::discard(tx, &id).await?;
    Ok(made)
}
