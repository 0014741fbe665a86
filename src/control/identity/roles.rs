//! Roles, and who holds them where.

use super::checks::{actor_exists, found, role_exists, target_exists};
use super::{Identity, new_id};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::{assignments, roles};
use crate::model::identity::{Actor, Assignment, Role, Target};
use crate::model::{Error, Noun, ProjectId, Reason, Result, RoleId, UserId, validate};

/// The roles that Arcus gives meaning to.
pub(super) const KNOWN: [&str; 3] = ["admin", "member", "reader"];

impl Identity {
    pub async fn roles(&self, ctx: &Ctx) -> Result<Vec<Role>> {
        policy::check(ctx, Action::Administer, "list roles")?;
        roles::all(self.shared.db.read()).await
    }

    pub async fn role(&self, ctx: &Ctx, id: &RoleId) -> Result<Role> {
        policy::check(ctx, Action::Administer, "look at a role")?;
        roles::by_id(self.shared.db.read(), id).await?.ok_or_else(|| Error::not_found(Noun::Role, id.as_str()))
    }

    pub async fn assignments(&self, ctx: &Ctx) -> Result<Vec<Assignment>> {
        policy::check(ctx, Action::Administer, "list role assignments")?;
        assignments::all(self.shared.db.read()).await
    }

    pub async fn create_role(&self, ctx: &Ctx, name: &str) -> Result<Role> {
        self.add_role(ctx, name, None).await
    }

    /// As [`Self::create_role`], with a description.
    pub async fn add_role(&self, ctx: &Ctx, name: &str, description: Option<String>) -> Result<Role> {
        let grant = policy::check(ctx, Action::Administer, "create a role")?;
        let role = Role { id: new_id().into(), name: validate::name("name", name)?, description };
        let mut tx = self.shared.db.write().await?;
        roles::insert(&mut tx, grant, &role).await?;
        tx.commit().await?;
        Ok(role)
    }

    /// Roles with a meaning keep their name.
    pub async fn update_role(
        &self,
        ctx: &Ctx,
        id: &RoleId,
        name: Option<&str>,
        description: Option<String>,
    ) -> Result<Role> {
        let grant = policy::check(ctx, Action::Administer, "change a role")?;
        let mut tx = self.shared.db.write().await?;
        let mut role = roles::by_id(&mut *tx, id).await?.ok_or_else(|| Error::not_found(Noun::Role, id.as_str()))?;
        if let Some(name) = name.filter(|name| *name != role.name) {
            keep_known(&role, "rename")?;
            role.name = validate::name("name", name)?;
        }
        role.description = description.or(role.description);
        roles::update(&mut tx, grant, &role).await?;
        tx.commit().await?;
        Ok(role)
    }

    /// Whoever held it loses it with the next use of a token. Roles with a meaning stay.
    pub async fn delete_role(&self, ctx: &Ctx, id: &RoleId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "delete a role")?;
        let mut tx = self.shared.db.write().await?;
        let role = roles::by_id(&mut *tx, id).await?.ok_or_else(|| Error::not_found(Noun::Role, id.as_str()))?;
        keep_known(&role, "delete")?;
        roles::delete(&mut tx, grant, id).await?;
        Ok(tx.commit().await?)
    }

    /// Gives a user a role in a project; having it already is no failure.
    pub async fn grant(&self, ctx: &Ctx, user: &UserId, project: &ProjectId, role: &RoleId) -> Result<()> {
        self.assign(ctx, &in_project(user, project, role)).await
    }

    /// Gives a user or group a role in a project or domain; having it already is no failure.
    pub async fn assign(&self, ctx: &Ctx, assignment: &Assignment) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "grant a role")?;
        let mut tx = self.shared.db.write().await?;
        actor_exists(&mut tx, &assignment.actor).await?;
        target_exists(&mut tx, &assignment.target).await?;
        role_exists(&mut tx, &assignment.role_id).await?;
        assignments::add(&mut tx, grant, assignment).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a role in a project away; tokens lose it with their next use.
    pub async fn withdraw(&self, ctx: &Ctx, user: &UserId, project: &ProjectId, role: &RoleId) -> Result<()> {
        self.unassign(ctx, &in_project(user, project, role)).await
    }

    /// Takes a role away; tokens lose it with their next use.
    pub async fn unassign(&self, ctx: &Ctx, assignment: &Assignment) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "withdraw a role")?;
        let mut tx = self.shared.db.write().await?;
        let held = assignments::remove(&mut tx, grant, assignment).await?;
        found(held, Noun::Assignment, assignment.role_id.as_str())?;
        Ok(tx.commit().await?)
    }

    /// The roles that an actor was given in a target, not counting those that come by way of a group.
    pub async fn roles_given(&self, ctx: &Ctx, actor: &Actor, target: &Target) -> Result<Vec<Role>> {
        policy::check(ctx, Action::Administer, "list role assignments")?;
        let mut tx = self.shared.db.snapshot().await?;
        actor_exists(&mut tx, actor).await?;
        target_exists(&mut tx, target).await?;
        let given = assignments::all(&mut *tx).await?;
        let given =
            |role: &Role| given.iter().any(|a| &a.actor == actor && &a.target == target && a.role_id == role.id);
        Ok(roles::all(&mut *tx).await?.into_iter().filter(given).collect())
    }
}

fn in_project(user: &UserId, project: &ProjectId, role: &RoleId) -> Assignment {
    let (actor, target) = (Actor::User(user.clone()), Target::Project(project.clone()));
    Assignment { actor, target, role_id: role.clone() }
}

fn keep_known(role: &Role, verb: &str) -> Result<()> {
    if KNOWN.contains(&role.name.as_str()) {
        return Err(Reason::Forbidden { action: format!("{verb} the role {}", role.name) }.into());
    }
    Ok(())
}
