//! Image records. Data is uploaded to `POST /upload/images`, which streams.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ticked;
#[cfg(feature = "ssr")]
use super::*;
use crate::model::image::Image;
#[cfg(feature = "ssr")]
use crate::model::image::{ImagePatch, Visibility};
#[cfg(feature = "ssr")]
use crate::model::validate;
use crate::model::{Error, ImageId};

/// The project's own and everybody's public images, by name.
#[server(endpoint = "images/list")]
pub async fn images() -> Result<Vec<Image>, Error> {
    answer(async { services()?.image.images(&ctx()?).await }).await
}

/// One image.
#[server(endpoint = "images/show", name = ShowImage)]
pub async fn image(id: ImageId) -> Result<Image, Error> {
    answer(async { services()?.image.image(&ctx()?, &id).await }).await
}

/// Whether images can be imported from addresses.
#[server(endpoint = "images/can-import")]
pub async fn can_import() -> Result<bool, Error> {
    answer(async {
        ctx()?;
        Ok(!services()?.image.import_methods().is_empty())
    })
    .await
}

/// The edit form of an image; numbers as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageForm {
    pub name: String,
    pub description: String,
    /// A [`Visibility`](crate::model::image::Visibility).
    pub visibility: String,
    #[serde(with = "ticked")]
    pub protected: bool,
    /// GiB.
    pub min_disk: String,
    /// MiB.
    pub min_ram: String,
}

/// Changes an image's record.
#[server(endpoint = "images/update")]
pub async fn update_image(id: ImageId, #[server(flatten)] form: ImageForm) -> Result<Image, Error> {
    answer(async {
        let patch = ImagePatch {
            name: Some(validate::name("name", &form.name)?),
            description: Some(form.description),
            visibility: Some(form::choice("visibility", &form.visibility, Visibility::ALL)?),
            protected: Some(form.protected),
            min_disk: Some(form::number("min_disk", &form.min_disk, 0, 1 << 20)?),
            min_ram: Some(form::number("min_ram", &form.min_ram, 0, 16 << 20)?),
            ..ImagePatch::default()
        };
        let image = services()?.image.update(&ctx()?, &id, patch).await?;
        done(&format!("/images/{id}"), "saved", &image.name);
        Ok(image)
    })
    .await
}

/// Deletes an image; instances that run from it keep running.
#[server(endpoint = "images/delete")]
pub async fn delete_image(id: ImageId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.image.delete(&ctx()?, &id).await?;
        done("/images", "deleted", &name);
        Ok(())
    })
    .await
}
