//! Images: records, data, and with whom they are shared.

mod changes;
mod create;
mod import;
mod inspect;
mod making;
mod members;
mod receive;
#[cfg(test)]
mod tests;
mod upload;

pub use import::ImportHosts;
#[cfg(test)]
pub(crate) use import::testing as importing;
pub(in crate::control) use making::{Made, end_making};
pub(in crate::control) use upload::recover;

use std::path::PathBuf;
use std::sync::Arc;

use super::policy::{self, Action, Grant};
use super::shared::Shared;
use super::store::{Tx, image_members, images};
use super::{Ctx, store};
use crate::model::image::{Image, ImagePatch, ImageStatus, MemberStatus, Visibility};
use crate::model::live::Change;
use crate::model::{Error, ImageId, Noun, Reason, Result};
use changes::{changed, checked};
use import::Imports;

/// The image service.
#[derive(Clone)]
pub struct ImageService {
    shared: Arc<Shared>,
    imports: Arc<Imports>,
}

impl ImageService {
    /// # Errors
    /// When what imports need cannot be set up.
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Result<Self> {
        let imports = Imports::new(&shared.settings)?.into();
        Ok(Self { shared, imports })
    }

    /// The project's own, everybody's public images and those shared with the project that it took, by name;
    /// administrators see all.
    pub async fn images(&self, ctx: &Ctx) -> Result<Vec<Image>> {
        self.images_among(ctx, Some(MemberStatus::Accepted), false).await
    }

    /// As [`Self::images`], with the shared ones of another status (of any for none), and with `community` also every
    /// image that its owner lets everybody use without putting it into everybody's lists.
    pub async fn images_among(&self, ctx: &Ctx, status: Option<MemberStatus>, community: bool) -> Result<Vec<Image>> {
        let images = images::list(self.shared.db.read(), &ctx.project_id, status, community, ctx.is_admin()).await?;
        Ok(images.into_iter().map(|image| self.with_progress(image)).collect())
    }

    /// One image, if the caller may see it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn image(&self, ctx: &Ctx, id: &ImageId) -> Result<Image> {
        Ok(self.with_progress(self.visible(&mut self.shared.db.snapshot().await?, ctx, id).await?))
    }

    /// An import is still in the list of those that run for a moment after its image has ceased to be imported.
    fn with_progress(&self, image: Image) -> Image {
        let runs = image.status == ImageStatus::Importing;
        Image { progress: runs.then(|| self.imports.progress(&image.id)).flatten(), ..image }
    }

    /// Changes a record, all or nothing; a part that is none stays as it is.
    ///
    /// # Errors
    /// `NotFound` also for a property that is not there, `Forbidden`, `ReadOnly`, or the first field at fault.
    pub async fn update(&self, ctx: &Ctx, id: &ImageId, patch: ImagePatch) -> Result<Image> {
        let mut tx = self.shared.db.write().await?;
        let (image, _) = self.own_in(&mut tx, ctx, id).await?;
        let grant = may_write(ctx, patch.visibility.unwrap_or(image.visibility))?;
        let image = Image { updated_at: self.shared.now(), ..changed(image, patch)? };
        self.save(tx, grant, checked(image)?).await
    }

    /// Having it already is no failure.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub async fn add_tag(&self, ctx: &Ctx, id: &ImageId, tag: &str) -> Result<Image> {
        self.retag(ctx, id, |tags| {
            tags.push(tag.to_owned());
            Ok(())
        })
        .await
    }

    /// # Errors
    /// As [`Self::update`]; `NotFound` when it has no such tag.
    pub async fn remove_tag(&self, ctx: &Ctx, id: &ImageId, tag: &str) -> Result<Image> {
        self.retag(ctx, id, |tags| {
            let at = tags.iter().position(|known| known == tag).ok_or_else(|| Error::not_found(Noun::Tag, tag))?;
            tags.remove(at);
            Ok(())
        })
        .await
    }

    async fn retag(
        &self,
        ctx: &Ctx,
        id: &ImageId,
        change: impl FnOnce(&mut Vec<String>) -> Result<()>,
    ) -> Result<Image> {
        let mut tx = self.shared.db.write().await?;
        let (mut image, grant) = self.own_in(&mut tx, ctx, id).await?;
        change(&mut image.tags)?;
        image.updated_at = self.shared.now();
        self.save(tx, grant, checked(image)?).await
    }

    /// Keeps the data from being used, or lets it be used again; what it is already is no failure.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` also for an image without data.
    pub async fn set_active(&self, ctx: &Ctx, id: &ImageId, active: bool) -> Result<Image> {
        let mut tx = self.shared.db.write().await?;
        let (mut image, grant) = self.own_in(&mut tx, ctx, id).await?;
        if !matches!(image.status, ImageStatus::Active | ImageStatus::Deactivated) {
            let verb = if active { "reactivate" } else { "deactivate" };
            return Err(Reason::Forbidden { action: format!("{verb} an image that is {}", image.status) }.into());
        }
        image.status = if active { ImageStatus::Active } else { ImageStatus::Deactivated };
        image.updated_at = self.shared.now();
        self.save(tx, grant, image).await
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
        self.imports.stop(id).await;
        // After the record, so that no image is ever active without data; a file left by a crash goes at the next start.
        upload::remove(&self.data_path(id)).await?;
        self.tell(&image);
        Ok(())
    }

    /// Where the data of an active image lies, for streaming it out.
    ///
    /// # Errors
    /// `NotFound`, `ImageNotActive`; `Forbidden` for one that was deactivated.
    pub async fn file(&self, ctx: &Ctx, id: &ImageId) -> Result<(Image, PathBuf)> {
        let image = self.image(ctx, id).await?;
        if image.status == ImageStatus::Deactivated {
            return Err(Reason::Forbidden { action: "download a deactivated image".into() }.into());
        }
        image.is_active()?;
        let path = self.data_path(id);
        Ok((image, path))
    }

    /// The image, and leave to write it: its own project's members, and administrators.
    async fn own(&self, ctx: &Ctx, id: &ImageId) -> Result<(Image, Grant)> {
        self.own_in(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    async fn own_in(&self, tx: &mut Tx, ctx: &Ctx, id: &ImageId) -> Result<(Image, Grant)> {
        let image = self.visible(tx, ctx, id).await?;
        let grant = if image.owner == ctx.project_id {
            policy::check(ctx, Action::Write, "change an image")?
        } else {
            policy::check(ctx, Action::Administer, "change another project's image")?
        };
        Ok((image, grant))
    }

    async fn visible(&self, tx: &mut Tx, ctx: &Ctx, id: &ImageId) -> Result<Image> {
        let image = images::find(&mut **tx, id).await?.ok_or_else(|| Error::not_found(Noun::Image, id.as_str()))?;
        let open = match image.visibility {
            Visibility::Public | Visibility::Community => true,
            Visibility::Shared => image_members::find(&mut **tx, id, &ctx.project_id).await?.is_some(),
            Visibility::Private => false,
        };
        if !open {
            policy::visible(ctx, &image.owner, Noun::Image, id.as_str())?;
        }
        Ok(image)
    }

    async fn save(&self, mut tx: Tx, grant: Grant, image: Image) -> Result<Image> {
        images::save(&mut tx, grant, &image).await?;
        tx.commit().await?;
        self.tell(&image);
        Ok(image)
    }

    /// Tells open pages that an image changed; after the commit.
    pub(in crate::control) fn tell(&self, image: &Image) {
        tell(&self.shared, image);
    }

    fn data_path(&self, id: &ImageId) -> PathBuf {
        self.shared.settings.state_dir.join("images").join(id.as_str())
    }
}

/// Tells those who may see an image that it changed.
fn tell(shared: &Shared, image: &Image) {
    let project_id = (image.visibility != Visibility::Public).then(|| image.owner.clone());
    shared.spread(Change { noun: Noun::Image, id: image.id.to_string(), project_id, version: 0 });
}

fn may_write(ctx: &Ctx, visibility: Visibility) -> Result<Grant> {
    match visibility {
        Visibility::Public => policy::check(ctx, Action::Administer, "make an image public"),
        _ => policy::check(ctx, Action::Write, "create or change an image"),
    }
}
