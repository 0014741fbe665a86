//! Domains.

use super::checks::{description_of, permitted};
use super::{Identity, new_id};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::{domains, projects, users};
use crate::model::identity::{Domain, DomainPatch};
use crate::model::{DomainId, Error, Noun, Reason, Result, UserId, validate};

/// The domain without which Arcus does not go.
const DEFAULT: &str = "default";

impl Identity {
    pub async fn domains(&self, ctx: &Ctx) -> Result<Vec<Domain>> {
        policy::check(ctx, Action::Administer, "list domains")?;
        domains::all(self.shared.db.read()).await
    }

    /// Administrators may look at any domain, people at the one that they are of.
    pub async fn domain(&self, ctx: &Ctx, id: &DomainId) -> Result<Domain> {
        permitted(ctx.is_admin() || &ctx.user_domain_id == id, "look at another domain")?;
        domains::by_id(self.shared.db.read(), id).await?.ok_or_else(|| Error::not_found(Noun::Domain, id.as_str()))
    }

    /// The enabled domains in which the user has a role, sorted by name.
    pub async fn domains_of(&self, user: &UserId) -> Result<Vec<Domain>> {
        domains::of_user(self.shared.db.read(), user).await
    }

    pub async fn create_domain(&self, ctx: &Ctx, name: &str, description: &str) -> Result<Domain> {
        self.add_domain(ctx, name, description, true).await
    }

    /// As [`Self::create_domain`], possibly disabled for now.
    pub async fn add_domain(&self, ctx: &Ctx, name: &str, description: &str, enabled: bool) -> Result<Domain> {
        let grant = policy::check(ctx, Action::Administer, "create a domain")?;
        let name = validate::name("name", name)?;
        let domain = Domain { id: new_id().into(), name, description: description_of(description)?, enabled };
        let mut tx = self.shared.db.write().await?;
        domains::insert(&mut tx, grant, &domain).await?;
        tx.commit().await?;
        Ok(domain)
    }

    /// With a disabled domain its users' tokens and those for its projects stop working at once.
    pub async fn update_domain(&self, ctx: &Ctx, id: &DomainId, patch: DomainPatch) -> Result<Domain> {
        let grant = policy::check(ctx, Action::Administer, "change a domain")?;
        permitted(id.as_str() != DEFAULT || patch.enabled != Some(false), "disable the default domain")?;
        let mut tx = self.shared.db.write().await?;
        let mut domain =
            domains::by_id(&mut *tx, id).await?.ok_or_else(|| Error::not_found(Noun::Domain, id.as_str()))?;
        if let Some(name) = patch.name {
            domain.name = validate::name("name", &name)?;
        }
        if let Some(description) = patch.description {
            domain.description = description_of(&description)?;
        }
        domain.enabled = patch.enabled.unwrap_or(domain.enabled);
        domains::update(&mut tx, grant, &domain).await?;
        tx.commit().await?;
        Ok(domain)
    }

    /// Its projects, users and groups go with it; what the projects own stays, for administrators to see to.
    ///
    /// # Errors
    /// `StillEnabled`.
    pub async fn delete_domain(&self, ctx: &Ctx, id: &DomainId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "delete a domain")?;
        permitted(id.as_str() != DEFAULT, "delete the default domain")?;
        let mut tx = self.shared.db.write().await?;
        let domain = domains::by_id(&mut *tx, id).await?.ok_or_else(|| Error::not_found(Noun::Domain, id.as_str()))?;
        if domain.enabled {
            return Err(Reason::StillEnabled { noun: Noun::Domain, id: id.to_string() }.into());
        }
        let (inner_projects, inner_users) = domains::contents(&mut tx, id).await?;
        for project in &inner_projects {
            projects::delete(&mut tx, grant, project).await?;
        }
        for user in &inner_users {
            users::delete(&mut tx, grant, user).await?;
        }
        domains::delete(&mut tx, grant, id).await?;
        Ok(tx.commit().await?)
    }
}
