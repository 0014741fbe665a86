//! New images: the record comes first, and waits for data.

use super::changes::{checked, checked_id};
use super::{ImageService, may_write};
use crate::control::Ctx;
use crate::control::policy::Grant;
use crate::control::store::{Tx, images};
use crate::model::image::{Image, ImageStatus, NewImage};
use crate::model::{Error, Noun, Reason, Result};

impl ImageService {
    /// Makes a record that waits for data, which comes with [`Self::upload`] or [`Self::import`]. Only administrators make public images.
    ///
    /// # Errors
    /// `Forbidden`, or the first field at fault.
    pub async fn create(&self, ctx: &Ctx, image: NewImage) -> Result<Image> {
        let mut tx = self.shared.db.write().await?;
        let (image, _) = self.add(&mut tx, ctx, image).await?;
        tx.commit().await?;
        self.tell(&image);
        Ok(image)
    }

    /// As [`Self::create`], before the commit.
    pub(super) async fn add(&self, tx: &mut Tx, ctx: &Ctx, image: NewImage) -> Result<(Image, Grant)> {
        let grant = may_write(ctx, image.visibility)?;
        let now = self.shared.now();
        let id = match image.id {
            Some(id) => checked_id(id)?,
            None => uuid::Uuid::new_v4().to_string().into(),
        };
        let image = Image {
            id,
            name: image.name,
            description: image.description,
            owner: ctx.project_id.clone(),
            status: ImageStatus::Queued,
            fault: None,
            visibility: image.visibility,
            protected: image.protected,
            disk_format: image.disk_format,
            container_format: image.container_format,
            hidden: image.hidden,
            tags: image.tags,
            size: None,
            virtual_size: None,
            checksum: None,
            sha256: None,
            min_disk: image.min_disk,
            min_ram: image.min_ram,
            properties: image.properties,
            created_at: now,
            updated_at: now,
            progress: None,
        };
        let image = checked(image)?;
        if images::find(&mut **tx, &image.id).await?.is_some() {
            return Err(Error::on("id", Reason::Duplicate { noun: Noun::Image, name: image.id.to_string() }));
        }
        images::save(tx, grant, &image).await?;
        Ok((image, grant))
    }
}
