//! Instances as people see them.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::{ComputeApi, visible_to};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::instances::{self, Record};
use crate::control::workflow;
use crate::model::instance::{Instance, InstanceChange, InstanceFilter, InstanceSort};
use crate::model::page::{Page, PageRequest};
use crate::model::{Error, InstanceId, Noun, Reason, Result, validate};

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
        let everybody_s = filter.all_projects.then_some(filter.project.as_ref());
        let project = everybody_s.unwrap_or(Some(&ctx.project_id));
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

    /// As [`Self::instance`], and also one that is gone.
    ///
    /// # Errors
    /// `NotFound`, also for another project's.
    pub async fn instance_even_gone(&self, ctx: &Ctx, id: &InstanceId) -> Result<Instance> {
        let record = visible_to(ctx, instances::find_even_gone(self.shared.db.read(), id).await?, id)?;
        self.whole(record).await
    }

    /// The user data of an instance.
    ///
    /// # Errors
    /// As [`Self::instance`].
    pub async fn user_data(&self, ctx: &Ctx, id: &InstanceId) -> Result<Option<String>> {
        Ok(self.visible(ctx, id).await?.user_data)
    }

    /// Changes what is said of an instance.
    ///
    /// # Errors
    /// `NotFound`, or the field at fault.
    pub async fn update(&self, ctx: &Ctx, id: &InstanceId, mut change: InstanceChange) -> Result<Instance> {
        let grant = policy::check(ctx, Action::Write, "change an instance")?;
        self.visible(ctx, id).await?;
        checked(&mut change)?;
        let mut tx = self.shared.db.write().await?;
        let touched = instances::change(&mut tx, grant, id, &change, self.shared.now()).await?;
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
        let whole = instances::with_relations(self.shared.db.read(), vec![record.into()]).await?;
        whole.into_iter().next().ok_or_else(|| Error::not_found(Noun::Instance, id))
    }
}

/// Puts a change into the form in which it is kept.
///
/// # Errors
/// The first field at fault.
pub(super) fn checked(change: &mut InstanceChange) -> Result<()> {
    if let Some(name) = &mut change.name {
        *name = validate::name("name", name)?;
    }
    if let Some(Some(description)) = &change.description {
        validate::at_most("description", description, validate::MAX_NAME)?;
    }
    if let Some(hostname) = &change.hostname {
        fit_for_a_host("hostname", hostname)?;
    }
    if let Some(address) = &mut change.access_ip_v4 {
        *address = access_ip::<Ipv4Addr>("accessIPv4", address)?;
    }
    if let Some(address) = &mut change.access_ip_v6 {
        *address = access_ip::<Ipv6Addr>("accessIPv6", address)?;
    }
    Ok(())
}

/// An address in its usual spelling; empty for none.
///
/// # Errors
/// [`Reason::BadAddress`].
pub(super) fn access_ip<A: FromStr + ToString>(field: &str, typed: &str) -> Result<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(String::new());
    }
    let address = typed.parse::<A>().map_err(|_| Error::on(field, Reason::BadAddress { value: typed.to_owned() }))?;
    Ok(address.to_string())
}

/// Letters, digits and inner hyphens, in labels of at most 63 with dots between them.
///
/// # Errors
/// With the field.
pub(super) fn fit_for_a_host(field: &str, name: &str) -> Result<()> {
    validate::at_most(field, name, validate::MAX_NAME)?;
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.split('.').all(label) {
        return Ok(());
    }
    let allowed = "letters, digits, hyphens and dots".to_owned();
    Err(Error::on(field, Reason::BadCharacters { field: field.to_owned(), allowed }))
}
