//! Images: records and data.

mod inspect;
#[cfg(test)]
mod tests;
mod upload;

pub(in crate::control) use upload::recover;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::policy::{self, Action, Grant};
use super::shared::Shared;
use super::{Ctx, store};
use crate::model::image::{Image, ImagePatch, ImageStatus, NewImage, Visibility};
use crate::model::{Error, ImageId, Noun, Reason, Result, validate};

const MAX_DESCRIPTION: u32 = 2000;
/// GiB and MiB that no flavor passes.
const MAX_MIN_DISK: i64 = 10_240;
const MAX_MIN_RAM: i64 = 1 << 20;

/// The image service.
#[derive(Clone)]
pub struct ImageService {
    shared: Arc<Shared>,
}

impl ImageService {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The project's own and everybody's public images, by name; administrators see all.
    pub async fn images(&self, ctx: &Ctx) -> Result<Vec<Image>> {
        store::images::list(self.shared.db.read(), &ctx.project_id, ctx.is_admin()).await
    }

    /// One image, if the caller may see it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn image(&self, ctx: &Ctx, id: &ImageId) -> Result<Image> {
        let found = store::images::find(self.shared.db.read(), id).await?;
        let image = found.ok_or_else(|| Error::not_found(Noun::Image, id.as_str()))?;
        if image.visibility != Visibility::Public {
            policy::visible(ctx, &image.owner, Noun::Image, id.as_str())?;
        }
        Ok(image)
    }

    /// Makes a record that waits for data, which comes with [`Self::upload`]. Only administrators make public images.
    ///
    /// # Errors
    /// `Forbidden`, or the first field at fault.
    pub async fn create(&self, ctx: &Ctx, image: NewImage) -> Result<Image> {
        let grant = may_write(ctx, image.visibility)?;
        let now = self.shared.now();
        let image = Image {
            id: uuid::Uuid::new_v4().to_string().into(),
            name: image.name,
            description: image.description,
            owner: ctx.project_id.clone(),
            status: ImageStatus::Queued,
            fault: None,
            visibility: image.visibility,
            protected: image.protected,
            disk_format: Some(image.disk_format),
            size: None,
            virtual_size: None,
            checksum: None,
            sha256: None,
            min_disk: image.min_disk,
            min_ram: image.min_ram,
            properties: image.properties,
            created_at: now,
            updated_at: now,
        };
        self.save(ctx, grant, checked(image)?).await
    }

    /// Changes a record; a part that is none stays as it is.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, or the first field at fault.
    pub async fn update(&self, ctx: &Ctx, id: &ImageId, patch: ImagePatch) -> Result<Image> {
        let (image, _) = self.own(ctx, id).await?;
        let visibility = patch.visibility.unwrap_or(image.visibility);
        let grant = may_write(ctx, visibility)?;
        let image = Image {
            name: patch.name.unwrap_or(image.name),
            description: patch.description.or(image.description),
            visibility,
            protected: patch.protected.unwrap_or(image.protected),
            min_disk: patch.min_disk.unwrap_or(image.min_disk),
            min_ram: patch.min_ram.unwrap_or(image.min_ram),
            updated_at: self.shared.now(),
            ..image
        };
        self.save(ctx, grant, checked(image)?).await
    }

    /// Deletes record and data. Instances keep running: agents hold their own verified copy.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `ImageProtected`.
    pub async fn delete(&self, ctx: &Ctx, id: &ImageId) -> Result<()> {
        let (image, grant) = self.own(ctx, id).await?;
        if image.protected {
            return Err(Reason::ImageProtected { id: id.to_string() }.into());
        }
        let mut tx = self.shared.db.write().await?;
        store::images::delete(&mut tx, grant, id).await?;
        tx.commit().await?;
        // After the record, so that no image is ever active without data; a file left by a crash goes at the next start.
        upload::remove(&self.data_path(id)).await?;
        self.tell(ctx, &image);
        Ok(())
    }

    /// Where the data of an active image lies, for streaming it out.
    ///
    /// # Errors
    /// `NotFound`, `ImageNotActive`.
    pub async fn file(&self, ctx: &Ctx, id: &ImageId) -> Result<(Image, PathBuf)> {
        let image = self.image(ctx, id).await?;
        if image.status != ImageStatus::Active {
            return Err(Reason::ImageNotActive { id: id.to_string(), status: image.status.to_string() }.into());
        }
        let path = self.data_path(id);
        Ok((image, path))
    }

    /// The image, and leave to write it: its own project's members, and administrators.
    async fn own(&self, ctx: &Ctx, id: &ImageId) -> Result<(Image, Grant)> {
        let image = self.image(ctx, id).await?;
        let grant = if image.owner == ctx.project_id {
            policy::check(ctx, Action::Write, "change an image")?
        } else {
            policy::check(ctx, Action::Administer, "change another project's image")?
        };
        Ok((image, grant))
    }

    async fn save(&self, ctx: &Ctx, grant: Grant, image: Image) -> Result<Image> {
        let mut tx = self.shared.db.write().await?;
        store::images::save(&mut tx, grant, &image).await?;
        tx.commit().await?;
        self.tell(ctx, &image);
        Ok(image)
    }

    fn tell(&self, ctx: &Ctx, image: &Image) {
        if image.visibility == Visibility::Public {
            self.shared.tell_everybody(Noun::Image, image.id.as_str());
        } else {
            self.shared.tell(ctx, Noun::Image, image.id.as_str());
        }
    }

    fn data_path(&self, id: &ImageId) -> PathBuf {
        self.shared.settings.state_dir.join("images").join(id.as_str())
    }
}

fn may_write(ctx: &Ctx, visibility: Visibility) -> Result<Grant> {
    match visibility {
        Visibility::Public => policy::check(ctx, Action::Administer, "make an image public"),
        _ => policy::check(ctx, Action::Write, "create or change an image"),
    }
}

fn checked(image: Image) -> Result<Image> {
    let name = validate::name("name", &image.name)?;
    validate::at_most("description", image.description.as_deref().unwrap_or_default(), MAX_DESCRIPTION)?;
    validate::range("min_disk", image.min_disk, 0, MAX_MIN_DISK)?;
    validate::range("min_ram", image.min_ram, 0, MAX_MIN_RAM)?;
    let description = image.description.filter(|text| !text.trim().is_empty());
    Ok(Image { name, description, properties: checked_properties(image.properties)?, ..image })
}

fn checked_properties(properties: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    for (key, value) in &properties {
        validate::name("properties", key)?;
        validate::at_most("properties", value, validate::MAX_NAME)?;
    }
    Ok(properties)
}
