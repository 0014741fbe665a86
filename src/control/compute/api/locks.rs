//! Locks: they keep everybody but administrators from acting on an instance.

use super::{ComputeApi, visible_to};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::instances;
use crate::control::workflow;
use crate::model::instance::{Instance, Lock, LockedBy};
use crate::model::{InstanceId, Reason, Result, validate};

impl ComputeApi {
    /// Locks an instance; locked again, it is locked by whoever did so last.
    ///
    /// # Errors
    /// `NotFound`, `TooLong`.
    pub async fn lock(&self, ctx: &Ctx, id: &InstanceId, reason: Option<&str>) -> Result<()> {
        validate::at_most("locked_reason", reason.unwrap_or_default(), validate::MAX_NAME)?;
        let record = self.visible(ctx, id).await?;
        let by = if record.instance.project_id == ctx.project_id { LockedBy::Owner } else { LockedBy::Admin };
        self.set_lock(ctx, id, Some(Lock { by, reason: reason.map(str::to_owned) })).await
    }

    /// Lifts the lock, if there is one; an administrator's, administrators only.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`.
    pub async fn unlock(&self, ctx: &Ctx, id: &InstanceId) -> Result<()> {
        self.set_lock(ctx, id, None).await
    }

    async fn set_lock(&self, ctx: &Ctx, id: &InstanceId, lock: Option<Lock>) -> Result<()> {
        let what = if lock.is_some() { "lock an instance" } else { "unlock an instance" };
        let grant = policy::check(ctx, Action::Write, what)?;
        let mut tx = self.shared.db.write().await?;
        let record = visible_to(ctx, instances::find(&mut *tx, id).await?, id)?;
        if record.instance.notes.lock.as_ref().is_some_and(|lock| lock.by == LockedBy::Admin) {
            policy::check(ctx, Action::Administer, "lift an administrator's lock")?;
        }
        let touched = instances::set_lock(&mut tx, grant, id, lock.as_ref(), self.shared.now()).await?;
        self.shared.commit(tx).await?;
        if let Some(touched) = touched {
            workflow::tell(&self.shared, &touched);
        }
        Ok(())
    }
}

/// Whether the caller may act on the instance as far as locks go.
///
/// # Errors
/// [`Reason::Locked`].
pub(super) fn unlocked(ctx: &Ctx, instance: &Instance) -> Result<()> {
    match &instance.notes.lock {
        Some(_) if !ctx.is_admin() => Err(Reason::Locked { id: instance.id.to_string() }.into()),
        _ => Ok(()),
    }
}
