//! Groups of users.

use super::checks::{description_of, domain_exists, found, group_exists, permitted, user_exists};
use super::{Identity, new_id};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::groups;
use crate::model::identity::{Group, User};
use crate::model::{DomainId, Error, GroupId, Noun, Result, UserId, validate};

impl Identity {
    pub async fn groups(&self, ctx: &Ctx) -> Result<Vec<Group>> {
        policy::check(ctx, Action::Administer, "list groups")?;
        groups::all(self.shared.db.read()).await
    }

    pub async fn group(&self, ctx: &Ctx, id: &GroupId) -> Result<Group> {
        policy::check(ctx, Action::Administer, "look at a group")?;
        groups::by_id(self.shared.db.read(), id).await?.ok_or_else(|| Error::not_found(Noun::Group, id.as_str()))
    }

    /// People may see which groups they are in, administrators anybody's.
    pub async fn groups_of(&self, ctx: &Ctx, user: &UserId) -> Result<Vec<Group>> {
        permitted(ctx.is_admin() || &ctx.user_id == user, "list another user's groups")?;
        let mut tx = self.shared.db.snapshot().await?;
        user_exists(&mut tx, user).await?;
        groups::of_user(&mut *tx, user).await
    }

    pub async fn members(&self, ctx: &Ctx, id: &GroupId) -> Result<Vec<User>> {
        policy::check(ctx, Action::Administer, "list a group's members")?;
        let mut tx = self.shared.db.snapshot().await?;
        group_exists(&mut tx, id).await?;
        groups::members(&mut *tx, id).await
    }

    pub async fn create_group(&self, ctx: &Ctx, domain: &DomainId, name: &str, description: &str) -> Result<Group> {
        let grant = policy::check(ctx, Action::Administer, "create a group")?;
        let group = Group {
            id: new_id().into(),
            domain_id: domain.clone(),
            name: validate::name("name", name)?,
            description: description_of(description)?,
        };
        let mut tx = self.shared.db.write().await?;
        domain_exists(&mut tx, domain).await?;
        groups::save(&mut tx, grant, &group).await?;
        tx.commit().await?;
        Ok(group)
    }

    /// What is none stays as it is.
    pub async fn update_group(
        &self,
        ctx: &Ctx,
        id: &GroupId,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<Group> {
        let grant = policy::check(ctx, Action::Administer, "change a group")?;
        let mut tx = self.shared.db.write().await?;
        let mut group = groups::by_id(&mut *tx, id).await?.ok_or_else(|| Error::not_found(Noun::Group, id.as_str()))?;
        if let Some(name) = name {
            group.name = validate::name("name", name)?;
        }
        if let Some(description) = description {
            group.description = description_of(description)?;
        }
        groups::save(&mut tx, grant, &group).await?;
        tx.commit().await?;
        Ok(group)
    }

    /// Its members lose with their next use of a token what the group was allowed.
    pub async fn delete_group(&self, ctx: &Ctx, id: &GroupId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "delete a group")?;
        let mut tx = self.shared.db.write().await?;
        found(groups::delete(&mut tx, grant, id).await?, Noun::Group, id.as_str())?;
        Ok(tx.commit().await?)
    }

    /// Being in it already is no failure.
    pub async fn add_member(&self, ctx: &Ctx, id: &GroupId, user: &UserId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "add a user to a group")?;
        let mut tx = self.shared.db.write().await?;
        group_exists(&mut tx, id).await?;
        user_exists(&mut tx, user).await?;
        groups::add_member(&mut tx, grant, id, user).await?;
        Ok(tx.commit().await?)
    }

    pub async fn remove_member(&self, ctx: &Ctx, id: &GroupId, user: &UserId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "remove a user from a group")?;
        let mut tx = self.shared.db.write().await?;
        group_exists(&mut tx, id).await?;
        found(groups::remove_member(&mut tx, grant, id, user).await?, Noun::User, user.as_str())?;
        Ok(tx.commit().await?)
    }
}
