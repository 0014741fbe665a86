//! Image records. Data is uploaded to `POST /upload/images`, which streams.

#[cfg(feature = "ssr")]
use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ticked;
#[cfg(feature = "ssr")]
use super::*;
use crate::model::image::Image;
#[cfg(feature = "ssr")]
use crate::model::image::{ContainerFormat, DiskFormat, ImagePatch, NewImage, Visibility};
use crate::model::{Error, ImageId};
#[cfg(feature = "ssr")]
use crate::model::{Reason, validate};

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

#[cfg(feature = "ssr")]
impl ImageForm {
    /// What the image service is asked for.
    pub(in crate::dashboard) fn patch(self) -> Result<ImagePatch, Error> {
        Ok(ImagePatch {
            name: Some(validate::name("name", &self.name)?),
            description: Some(self.description),
            visibility: Some(form::choice("visibility", &self.visibility, Visibility::ALL)?),
            protected: Some(self.protected),
            min_disk: Some(form::number("min_disk", &self.min_disk, 0, 1 << 20)?),
            min_ram: Some(form::number("min_ram", &self.min_ram, 0, 16 << 20)?),
            ..ImagePatch::default()
        })
    }
}

/// Where the upload form goes; answers scripts with JSON, and browsers with the list.
pub const UPLOAD: &str = "/upload/images";

/// The upload form but for its file; numbers as typed.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadForm {
    pub name: String,
    pub description: String,
    /// A [`DiskFormat`](crate::model::image::DiskFormat).
    pub disk_format: String,
    /// A [`Visibility`](crate::model::image::Visibility); empty means private.
    pub visibility: String,
    #[serde(with = "ticked")]
    pub protected: bool,
    /// GiB.
    pub min_disk: String,
    /// MiB.
    pub min_ram: String,
    /// `address` if the data is to be imported from there, and not to come from a file.
    pub source: String,
    pub uri: String,
}

#[cfg(feature = "ssr")]
impl UploadForm {
    /// The address that the data is to be imported from, if it is to be.
    ///
    /// # Errors
    /// `Required` on `uri`.
    pub fn address(&self) -> Result<Option<String>, Error> {
        match form::optional(&self.uri) {
            _ if self.source != "address" => Ok(None),
            None => Err(Error::on("uri", Reason::Required { field: "uri".to_owned() })),
            some => Ok(some),
        }
    }

    /// The record that the image service is asked to make.
    ///
    /// # Errors
    /// On the field at fault.
    pub fn command(&self) -> Result<NewImage, Error> {
        let required = |field: &str| Error::on(field, Reason::Required { field: field.to_owned() });
        let format = form::optional(&self.disk_format).ok_or_else(|| required("disk_format"))?;
        let visibility = form::optional(&self.visibility);
        Ok(NewImage {
            id: None,
            name: validate::name("name", &self.name)?,
            description: form::optional(&self.description),
            disk_format: Some(form::choice("disk_format", &format, DiskFormat::ALL)?),
            container_format: Some(ContainerFormat::Bare),
            visibility: visibility
                .map_or(Ok(Visibility::Private), |word| form::choice("visibility", &word, Visibility::ALL))?,
            min_disk: form::number("min_disk", &self.min_disk, 0, 1 << 20)?,
            min_ram: form::number("min_ram", &self.min_ram, 0, 16 << 20)?,
            protected: self.protected,
            hidden: false,
            tags: Vec::new(),
            properties: BTreeMap::new(),
        })
    }
}

/// Changes an image's record.
#[server(endpoint = "images/update")]
pub async fn update_image(id: ImageId, #[server(flatten)] form: ImageForm) -> Result<Image, Error> {
    answer(async {
        let image = services()?.image.update(&ctx()?, &id, form.patch()?).await?;
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
