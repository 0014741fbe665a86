//! With whom images are shared. The owner says with whom, the other project whether it takes them.

use super::ImageService;
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::image_members;
use crate::model::image::{Image, ImageMember, MemberStatus, Visibility};
use crate::model::{Error, ImageId, Noun, ProjectId, Reason, Result};

impl ImageService {
    /// The owner sees all, a member itself alone.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for an image that is not a shared one.
    pub async fn members(&self, ctx: &Ctx, id: &ImageId) -> Result<Vec<ImageMember>> {
        let image = self.image(ctx, id).await?;
        shared(&image)?;
        let mut members = image_members::of_image(self.shared.db.read(), id).await?;
        if image.owner != ctx.project_id && !ctx.is_admin() {
            members.retain(|member| member.member_id == ctx.project_id);
        }
        Ok(members)
    }

    /// # Errors
    /// As [`Self::members`].
    pub async fn member(&self, ctx: &Ctx, id: &ImageId, member: &ProjectId) -> Result<ImageMember> {
        let found = self.members(ctx, id).await?.into_iter().find(|known| &known.member_id == member);
        found.ok_or_else(|| Error::not_found(Noun::ImageMember, member.as_str()))
    }

    /// Shares an image with a project, which sees it in its lists once it has accepted.
    ///
    /// # Errors
    /// As [`Self::members`], and `Duplicate`.
    pub async fn add_member(&self, ctx: &Ctx, id: &ImageId, member: &ProjectId) -> Result<ImageMember> {
        let mut tx = self.shared.db.write().await?;
        let (image, grant) = self.own_in(&mut tx, ctx, id).await?;
        shared(&image)?;
        let now = self.shared.now();
        let (image_id, member_id, status) = (id.clone(), member.clone(), MemberStatus::Pending);
        let member = ImageMember { image_id, member_id, status, created_at: now, updated_at: now };
        if !image_members::add(&mut tx, grant, &member).await? {
            let name = member.member_id.to_string();
            return Err(Reason::Duplicate { noun: Noun::ImageMember, name }.into());
        }
        tx.commit().await?;
        Ok(member)
    }

    /// Takes a shared image, or lets it be: the member's own choice, which the owner cannot make for it.
    ///
    /// # Errors
    /// As [`Self::members`].
    pub async fn answer_sharing(
        &self,
        ctx: &Ctx,
        id: &ImageId,
        member: &ProjectId,
        status: MemberStatus,
    ) -> Result<ImageMember> {
        self.member(ctx, id, member).await?;
        let what = "answer for the project that an image is shared with";
        let action = if &ctx.project_id == member { Action::Write } else { Action::Administer };
        let grant = policy::check(ctx, action, what)?;
        let mut tx = self.shared.db.write().await?;
        image_members::set_status(&mut tx, grant, id, member, status, self.shared.now()).await?;
        tx.commit().await?;
        self.member(ctx, id, member).await
    }

    /// # Errors
    /// As [`Self::members`].
    pub async fn remove_member(&self, ctx: &Ctx, id: &ImageId, member: &ProjectId) -> Result<()> {
        let mut tx = self.shared.db.write().await?;
        let (image, grant) = self.own_in(&mut tx, ctx, id).await?;
        shared(&image)?;
        if !image_members::remove(&mut tx, grant, id, member).await? {
            return Err(Error::not_found(Noun::ImageMember, member.as_str()));
        }
        Ok(tx.commit().await?)
    }
}

fn shared(image: &Image) -> Result<()> {
    if image.visibility == Visibility::Shared {
        return Ok(());
    }
    let action = format!("have members of an image that is {}: only shared ones have any", image.visibility);
    Err(Reason::Forbidden { action }.into())
}
