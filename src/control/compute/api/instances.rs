//! Instances as people see them.

use super::{ComputeApi, visible_to};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::instances::{self, Record};
use crate::control::workflow;
use crate::model::instance::{Instance, InstanceFilter, InstanceSort};
use crate::model::page::{Page, PageRequest};
use crate::model::{Error, InstanceId, Noun, Result, validate};

/// The most rows of a page.
const MAX_LIMIT: i64 = 1000;

impl ComputeApi {
    /// A page of the project's instances, or of every project's for administrators who ask for that.
    ///
    /// # Errors
    /// `OutOfRange` for a limit outside 1 to 1000, `Forbidden` for `all_projects` without the role.
    pub async fn instances(
        &self,
        ctx: &Ctx,
        filter: &InstanceFilter,
        page: PageRequest<InstanceSort>,
    ) -> Result<Page<Instance>> {
        validate::range("limit", page.limit.into(), 1, MAX_LIMIT)?;
        if filter.all_projects {
            policy::check(ctx, Action::Administer, "list every project's instances")?;
        }
        let project = (!filter.all_projects).then_some(&ctx.project_id);
        instances::list(self.shared.db.read(), project, filter, page).await
    }

    /// One instance.
    ///
    /// # Errors
    /// `NotFound`, also for another project's.
    pub async fn instance(&self, ctx: &Ctx, id: &InstanceId) -> Result<Instance> {
        let record = self.visible(ctx, id).await?;
        self.whole(record).await
    }

    /// Renames or describes an instance; a part that is none stays.
    ///
    /// # Errors
    /// `NotFound`, or the field at fault.
    pub async fn update(
        &self,
        ctx: &Ctx,
        id: &InstanceId,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<Instance> {
        let grant = policy::check(ctx, Action::Write, "change an instance")?;
        let name = name.map(|name| validate::name("name", name)).transpose()?;
        validate::at_most("description", description.unwrap_or_default(), validate::MAX_NAME)?;
        self.visible(ctx, id).await?;
        let mut tx = self.shared.db.write().await?;
        let now = self.shared.now();
        let touched = instances::rename(&mut tx, grant, id, name.as_deref(), description, now).await?;
        self.shared.commit(tx).await?;
        if let Some(touched) = touched {
            workflow::tell(&self.shared, &touched);
        }
        self.instance(ctx, id).await
    }

    /// The record behind an instance that the caller may know of.
    pub(in crate::control) async fn visible(&self, ctx: &Ctx, id: &InstanceId) -> Result<Record> {
        visible_to(ctx, instances::find(self.shared.db.read(), id).await?, id)
    }

    /// The instance of a record, with its addresses and the names of its groups.
    pub(in crate::control) async fn whole(&self, record: Record) -> Result<Instance> {
        let id = record.instance.id.to_string();
        let whole = instances::with_relations(self.shared.db.read(), vec![record]).await?;
        whole.into_iter().next().ok_or_else(|| Error::not_found(Noun::Instance, id))
    }
}
