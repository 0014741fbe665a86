//! What administrators do with domains, projects, users and roles.

use super::{Identity, new_id};
use crate::control::policy::{self, Action};
use crate::control::store::{Tx, domains, projects, roles, users};
use crate::control::{Ctx, store::users::Account};
use crate::model::identity::{Assignment, Domain, Project, Role, User};
use crate::model::{DomainId, Error, Noun, ProjectId, Reason, Result, RoleId, UserId, validate};

impl Identity {
    pub async fn domains(&self, ctx: &Ctx) -> Result<Vec<Domain>> {
        policy::check(ctx, Action::Administer, "list domains")?;
        domains::all(self.shared.db.read()).await
    }

    pub async fn projects(&self, ctx: &Ctx) -> Result<Vec<Project>> {
        policy::check(ctx, Action::Administer, "list projects")?;
        projects::all(self.shared.db.read()).await
    }

    pub async fn users(&self, ctx: &Ctx) -> Result<Vec<User>> {
        policy::check(ctx, Action::Administer, "list users")?;
        users::all(self.shared.db.read()).await
    }

    pub async fn roles(&self, ctx: &Ctx) -> Result<Vec<Role>> {
        policy::check(ctx, Action::Administer, "list roles")?;
        roles::all(self.shared.db.read()).await
    }

    pub async fn assignments(&self, ctx: &Ctx) -> Result<Vec<Assignment>> {
        policy::check(ctx, Action::Administer, "list role assignments")?;
        roles::assignments(self.shared.db.read()).await
    }

    pub async fn create_domain(&self, ctx: &Ctx, name: &str, description: &str) -> Result<Domain> {
        let grant = policy::check(ctx, Action::Administer, "create a domain")?;
        let domain = Domain {
            id: new_id().into(),
            name: validate::name("name", name)?,
            description: description_of(description)?,
            enabled: true,
        };
        let mut tx = self.shared.db.write().await?;
        domains::insert(&mut tx, grant, &domain).await?;
        tx.commit().await?;
        Ok(domain)
    }

    pub async fn create_project(&self, ctx: &Ctx, domain: &DomainId, name: &str, description: &str) -> Result<Project> {
        let grant = policy::check(ctx, Action::Administer, "create a project")?;
        let project = Project {
            id: new_id().into(),
            domain_id: domain.clone(),
            name: validate::name("name", name)?,
            description: description_of(description)?,
            enabled: true,
        };
        let mut tx = self.shared.db.write().await?;
        domain_exists(&mut tx, domain).await?;
        projects::insert(&mut tx, grant, &project).await?;
        tx.commit().await?;
        Ok(project)
    }

    /// Refused (`InUse`) while it still owns instances, networks, ports or images.
    pub async fn delete_project(&self, ctx: &Ctx, project: &ProjectId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "delete a project")?;
        let mut tx = self.shared.db.write().await?;
        project_exists(&mut tx, project).await?;
        let owned = projects::owned(&mut tx, project).await?;
        let counts = [
            (owned.instances, "instances"),
            (owned.routers, "routers"),
            (owned.floating_ips, "floating IPs"),
            (owned.networks, "networks"),
            (owned.ports, "ports"),
            (owned.images, "images"),
        ];
        if let Some((count, what)) = counts.into_iter().find(|(count, _)| *count > 0) {
            let by = format!("its {what} ({count})");
            return Err(Reason::InUse { noun: Noun::Project, id: project.to_string(), by }.into());
        }
        projects::delete(&mut tx, grant, project).await?;
        Ok(tx.commit().await?)
    }

    /// Passwords are 8 to 128 characters.
    pub async fn create_user(
        &self,
        ctx: &Ctx,
        domain: &DomainId,
        name: &str,
        password: &str,
        default_project: Option<&ProjectId>,
    ) -> Result<User> {
        let grant = policy::check(ctx, Action::Administer, "create a user")?;
        let user = User {
            id: new_id().into(),
            domain_id: domain.clone(),
            name: validate::name("name", name)?,
            enabled: true,
            default_project_id: default_project.cloned(),
        };
        let password_hash = self.passwords.hash(password).await?;
        let account = Account { user, password_hash, tokens_valid_from: self.shared.now() };
        let mut tx = self.shared.db.write().await?;
        domain_exists(&mut tx, domain).await?;
        if let Some(project) = default_project {
            project_exists(&mut tx, project).await?;
        }
        users::insert(&mut tx, grant, &account).await?;
        tx.commit().await?;
        Ok(account.user)
    }

    /// A new password makes every earlier token worthless. People may change their own, administrators any.
    pub async fn set_password(&self, ctx: &Ctx, user: &UserId, password: &str) -> Result<()> {
        let grant = policy::own(ctx, user, "change another user's password")?;
        let hash = self.passwords.hash(password).await?;
        let mut tx = self.shared.db.write().await?;
        found(users::set_password(&mut tx, grant, user, &hash, self.shared.now()).await?, Noun::User, user.as_str())?;
        Ok(tx.commit().await?)
    }

    /// A disabled user's tokens stop working at once.
    pub async fn set_user_enabled(&self, ctx: &Ctx, user: &UserId, enabled: bool) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "enable or disable a user")?;
        let mut tx = self.shared.db.write().await?;
        found(users::set_enabled(&mut tx, grant, user, enabled, self.shared.now()).await?, Noun::User, user.as_str())?;
        Ok(tx.commit().await?)
    }

    /// Role assignments and key pairs go with the user; instances stay with their project.
    pub async fn delete_user(&self, ctx: &Ctx, user: &UserId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "delete a user")?;
        let mut tx = self.shared.db.write().await?;
        found(users::delete(&mut tx, grant, user).await?, Noun::User, user.as_str())?;
        Ok(tx.commit().await?)
    }

    pub async fn create_role(&self, ctx: &Ctx, name: &str) -> Result<Role> {
        let grant = policy::check(ctx, Action::Administer, "create a role")?;
        let role = Role { id: new_id().into(), name: validate::name("name", name)? };
        let mut tx = self.shared.db.write().await?;
        roles::insert(&mut tx, grant, &role).await?;
        tx.commit().await?;
        Ok(role)
    }

    /// Gives a user a role in a project; having it already is no failure.
    pub async fn grant(&self, ctx: &Ctx, user: &UserId, project: &ProjectId, role: &RoleId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "grant a role")?;
        let assignment = Assignment { user_id: user.clone(), project_id: project.clone(), role_id: role.clone() };
        let mut tx = self.shared.db.write().await?;
        found(users::by_id(&mut *tx, user).await?.is_some(), Noun::User, user.as_str())?;
        project_exists(&mut tx, project).await?;
        found(roles::by_id(&mut *tx, role).await?.is_some(), Noun::Role, role.as_str())?;
        roles::assign(&mut tx, grant, &assignment).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a role away; tokens lose it with their next use.
    pub async fn withdraw(&self, ctx: &Ctx, user: &UserId, project: &ProjectId, role: &RoleId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "withdraw a role")?;
        let assignment = Assignment { user_id: user.clone(), project_id: project.clone(), role_id: role.clone() };
        let mut tx = self.shared.db.write().await?;
        found(roles::withdraw(&mut tx, grant, &assignment).await?, Noun::Role, role.as_str())?;
        Ok(tx.commit().await?)
    }
}

fn description_of(text: &str) -> Result<String> {
    validate::at_most("description", text, validate::MAX_NAME)?;
    Ok(text.trim().to_owned())
}

fn found(found: bool, noun: Noun, id: &str) -> Result<()> {
    if found { Ok(()) } else { Err(Error::not_found(noun, id)) }
}

async fn domain_exists(tx: &mut Tx, id: &DomainId) -> Result<()> {
    found(domains::by_id(&mut **tx, id).await?.is_some(), Noun::Domain, id.as_str())
}

async fn project_exists(tx: &mut Tx, id: &ProjectId) -> Result<()> {
    found(projects::by_id(&mut **tx, id).await?.is_some(), Noun::Project, id.as_str())
}
