//! Security groups: the records.

use super::NetworkService;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::Tx;
use crate::control::store::security_groups::{self as store, DEFAULT};
use crate::control::{Ctx, quota};
use crate::model::quota::Resource;
use crate::model::security_group::SecurityGroup;
use crate::model::{Error, Noun, Reason, Result, SecurityGroupId, validate};

impl NetworkService {
    /// The project's groups, by name; `default` is made when it is first looked at.
    pub async fn security_groups(&self, ctx: &Ctx) -> Result<Vec<SecurityGroup>> {
        let mut seen = self.shared.db.snapshot().await?;
        let groups = store::list(&mut seen, &ctx.project_id).await?;
        if groups.iter().any(|group| group.name == DEFAULT) {
            return Ok(groups);
        }
        let mut tx = self.shared.db.write().await?;
        store::default_of(&mut tx, &ctx.project_id, self.shared.now()).await?;
        let groups = store::list(&mut tx, &ctx.project_id).await?;
        tx.commit().await?;
        Ok(groups)
    }

    /// Every project's groups, for administrators; for others, as [`Self::security_groups`].
    pub async fn visible_security_groups(&self, ctx: &Ctx) -> Result<Vec<SecurityGroup>> {
        let own = self.security_groups(ctx).await?;
        if !ctx.is_admin() {
            return Ok(own);
        }
        store::visible(&mut self.shared.db.snapshot().await?, &ctx.project_id, true).await
    }

    /// One group with its rules.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn security_group(&self, ctx: &Ctx, id: &SecurityGroupId) -> Result<SecurityGroup> {
        let mut seen = self.shared.db.snapshot().await?;
        visible_group(&mut seen, ctx, id).await
    }

    /// Makes a group, which lets everything out and nothing in.
    ///
    /// # Errors
    /// `QuotaExceeded`, `Duplicate` for a second `default`, or the first field at fault.
    pub async fn create_security_group(&self, ctx: &Ctx, name: &str, description: &str) -> Result<SecurityGroup> {
        let grant = policy::check(ctx, Action::Write, "create a security group")?;
        let name = free_name(name)?;
        validate::at_most("description", description, validate::MAX_NAME)?;
        let now = self.shared.now();
        let mut tx = self.shared.db.write().await?;
        store::default_of(&mut tx, &ctx.project_id, now).await?;
        quota::check_in_tx(&mut tx, &ctx.project_id, Resource::SecurityGroups, 1).await?;
        let group = store::insert(&mut tx, grant, &ctx.project_id, &name, description.trim(), now).await?;
        tx.commit().await?;
        self.shared.tell(ctx, Noun::SecurityGroup, group.id.as_str());
        Ok(group)
    }

    /// Renames or describes a group; a part that is none stays. `default` keeps its name.
    ///
    /// # Errors
    /// `NotFound`, `Duplicate`, or the first field at fault.
    pub async fn update_security_group(
        &self,
        ctx: &Ctx,
        id: &SecurityGroupId,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<SecurityGroup> {
        let grant = policy::check(ctx, Action::Write, "change a security group")?;
        let mut tx = self.shared.db.write().await?;
        let mut group = visible_group(&mut tx, ctx, id).await?;
        ctx.expects(Noun::SecurityGroup, id.as_str(), &group.standard)?;
        group.standard = group.standard.changed();
        if let Some(name) = name.filter(|name| *name != group.name) {
            if group.name == DEFAULT {
                return Err(in_use(&group, "the project, as its default"));
            }
            group.name = free_name(name)?;
        }
        if let Some(description) = description {
            validate::at_most("description", description, validate::MAX_NAME)?;
            group.description = description.trim().to_owned();
        }
        group.updated_at = self.shared.now();
        store::update(&mut tx, grant, &group).await?;
        tx.commit().await?;
        self.shared.tell(ctx, Noun::SecurityGroup, id.as_str());
        Ok(group)
    }

    /// Deletes a group with its rules.
    ///
    /// # Errors
    /// `NotFound`; `InUse` for `default` (which administrators may delete: it comes anew when next needed) and while an instance, a port or another group's rule uses it.
    pub async fn delete_security_group(&self, ctx: &Ctx, id: &SecurityGroupId) -> Result<()> {
        let grant: Grant = policy::check(ctx, Action::Write, "delete a security group")?;
        let mut tx = self.shared.db.write().await?;
        let group = visible_group(&mut tx, ctx, id).await?;
        ctx.expects(Noun::SecurityGroup, id.as_str(), &group.standard)?;
        if group.name == DEFAULT && !ctx.is_admin() {
            return Err(in_use(&group, "the project, as its default"));
        }
        if let Some(by) = store::used_by(&mut *tx, id).await? {
            return Err(in_use(&group, &by));
        }
        store::delete(&mut tx, grant, id).await?;
        tx.commit().await?;
        self.shared.tell(ctx, Noun::SecurityGroup, id.as_str());
        Ok(())
    }
}

/// The group, if the caller may know of it.
pub(super) async fn visible_group(tx: &mut Tx, ctx: &Ctx, id: &SecurityGroupId) -> Result<SecurityGroup> {
    let found = store::find(tx, id).await?;
    let group = found.ok_or_else(|| Error::not_found(Noun::SecurityGroup, id.as_str()))?;
    policy::visible(ctx, &group.project_id, Noun::SecurityGroup, id.as_str())?;
    Ok(group)
}

fn free_name(name: &str) -> Result<String> {
    let name = validate::name("name", name)?;
    if name == DEFAULT {
        return Err(Error::on("name", Reason::Duplicate { noun: Noun::SecurityGroup, name }));
    }
    Ok(name)
}

fn in_use(group: &SecurityGroup, by: &str) -> Error {
    Reason::InUse { noun: Noun::SecurityGroup, id: group.name.clone(), by: by.to_owned() }.into()
}
