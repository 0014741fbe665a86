//! Limits per project, and what is used of them.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Ctx;
use super::policy::{self, Action};
use super::shared::Shared;
use super::store::{Tx, projects, quotas, volume_type_quotas};
use crate::model::quota::{OfType, Resource, TypeUsage, Usage};
use crate::model::{Error, Noun, ProjectId, Result, validate};

/// The quota service.
#[derive(Clone)]
pub struct QuotaService {
    shared: Arc<Shared>,
}

impl QuotaService {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Every resource with use and limit, of the caller's project; key pairs are the caller's own.
    pub async fn usage(&self, ctx: &Ctx) -> Result<Vec<Usage>> {
        self.usage_of(ctx, &ctx.project_id).await
    }

    /// As [`Self::usage`], of a project; another's is an administrator's business.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn usage_of(&self, ctx: &Ctx, project: &ProjectId) -> Result<Vec<Usage>> {
        policy::visible(ctx, project, Noun::Project, project.as_str())?;
        let mut tx = self.shared.db.snapshot().await?;
        let mut all = Vec::with_capacity(Resource::ALL.len());
        for resource in Resource::ALL {
            all.push(match resource {
                Resource::KeyPairs => quotas::key_pairs(&mut *tx, &ctx.user_id).await?,
                resource => quotas::usage(&mut tx, project, *resource).await?,
            });
        }
        Ok(all)
    }

    /// Use and limits of each type of volumes that a project may choose, or for administrators of every one.
    ///
    /// # Errors
    /// As [`Self::usage_of`].
    pub async fn usage_of_types(&self, ctx: &Ctx, project: &ProjectId) -> Result<Vec<TypeUsage>> {
        policy::visible(ctx, project, Noun::Project, project.as_str())?;
        volume_type_quotas::list(&mut *self.shared.db.snapshot().await?, project, ctx.is_admin()).await
    }

    /// Sets a project's limit; -1 for none. Administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `OutOfRange`; `NotAChoice` for key pairs, which belong to people.
    pub async fn set(&self, ctx: &Ctx, project: &ProjectId, resource: Resource, limit: i64) -> Result<()> {
        self.set_all(ctx, project, &[(resource, limit)]).await
    }

    /// As [`Self::set`], all of them or none.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub async fn set_all(&self, ctx: &Ctx, project: &ProjectId, limits: &[(Resource, i64)]) -> Result<()> {
        self.set_with_types(ctx, project, limits, &[]).await
    }

    /// As [`Self::set_all`], with limits on types of volumes.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub async fn set_with_types(
        &self,
        ctx: &Ctx,
        project: &ProjectId,
        limits: &[(Resource, i64)],
        of_types: &[(OfType, i64)],
    ) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "set a quota")?;
        let mut tx = self.shared.db.write().await?;
        exists(&mut tx, project).await?;
        for (resource, limit) in limits {
            possible(*resource, *limit)?;
            if *resource == Resource::KeyPairs {
                let limited = Resource::ALL.iter().filter(|resource| **resource != Resource::KeyPairs);
                let choices = limited.map(|resource| resource.as_str()).collect::<Vec<_>>().join(", ");
                return Err(Error::not_a_choice("resource", resource.to_string(), choices));
            }
            quotas::set(&mut tx, grant, project, *resource, *limit).await?;
        }
        for (of, limit) in of_types {
            possible(of.resource, *limit)?;
            volume_type_quotas::set(&mut tx, grant, project, of, *limit).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Forgets the limits that were set, those on types of volumes too, so that the usual ones hold again. Administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`.
    pub async fn reset(&self, ctx: &Ctx, project: &ProjectId, resources: &[Resource]) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "reset a quota")?;
        let mut tx = self.shared.db.write().await?;
        exists(&mut tx, project).await?;
        for resource in resources {
            quotas::forget(&mut tx, grant, project, *resource).await?;
            if Resource::OF_A_TYPE.contains(resource) {
                volume_type_quotas::forget(&mut tx, grant, project, *resource).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Whether all that is wanted still fits, in the transaction that will take it: nobody can come in between.
    ///
    /// # Errors
    /// `QuotaExceeded` for the first resource that does not.
    pub(in crate::control) async fn check(
        &self,
        tx: &mut Tx,
        project: &ProjectId,
        wanted: &[(Resource, i64)],
    ) -> Result<()> {
        for (resource, more) in wanted {
            check_in_tx(tx, project, *resource, *more).await?;
        }
        Ok(())
    }
}

fn possible(resource: Resource, limit: i64) -> Result<()> {
    validate::range(resource.as_str(), limit, -1, i64::from(i32::MAX))
}

async fn exists(tx: &mut Tx, project: &ProjectId) -> Result<()> {
    let found = projects::by_id(&mut **tx, project).await?;
    found.map(|_| ()).ok_or_else(|| Error::not_found(Noun::Project, project.as_str()))
}

/// As [`QuotaService::check`] for one resource, for services that hold no quota service.
pub(in crate::control) async fn check_in_tx(
    tx: &mut Tx,
    project: &ProjectId,
    resource: Resource,
    more: i64,
) -> Result<()> {
    Ok(quotas::usage(tx, project, resource).await?.check(more)?)
}
