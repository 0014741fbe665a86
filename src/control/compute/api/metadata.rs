//! An instance's own metadata, as people write it.

use std::collections::BTreeMap;

use super::locks::unlocked;
use super::{ComputeApi, visible_to};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::instances;
use crate::control::workflow;
use crate::model::{Error, InstanceId, Noun, Reason, Result, validate};

/// As Nova: so many items at most.
pub const MAX_METADATA: i64 = 128;

type Metadata = BTreeMap<String, String>;

impl ComputeApi {
    /// Replaces all of an instance's metadata.
    ///
    /// # Errors
    /// `NotFound`, `Locked`, `QuotaExceeded` for too many items, and for a key or value that is not possible.
    pub async fn set_metadata(&self, ctx: &Ctx, id: &InstanceId, metadata: Metadata) -> Result<Metadata> {
        self.change_metadata(ctx, id, |_| Ok(metadata)).await
    }

    /// Adds items, or gives those that are there other values.
    ///
    /// # Errors
    /// As [`Self::set_metadata`].
    pub async fn merge_metadata(&self, ctx: &Ctx, id: &InstanceId, more: Metadata) -> Result<Metadata> {
        let merged = |mut metadata: Metadata| {
            metadata.extend(more);
            Ok(metadata)
        };
        self.change_metadata(ctx, id, merged).await
    }

    /// Takes one item away.
    ///
    /// # Errors
    /// As [`Self::set_metadata`]; `NotFound` for a key that is not there too.
    pub async fn remove_metadata(&self, ctx: &Ctx, id: &InstanceId, key: &str) -> Result<Metadata> {
        let without = |mut metadata: Metadata| match metadata.remove(key) {
            Some(_) => Ok(metadata),
            None => Err(Error::not_found(Noun::Instance, format!("{id} metadata {key}"))),
        };
        self.change_metadata(ctx, id, without).await
    }

    async fn change_metadata(
        &self,
        ctx: &Ctx,
        id: &InstanceId,
        change: impl FnOnce(Metadata) -> Result<Metadata>,
    ) -> Result<Metadata> {
        let grant = policy::check(ctx, Action::Write, "change an instance's metadata")?;
        let mut tx = self.shared.db.write().await?;
        let record = visible_to(ctx, instances::find(&mut *tx, id).await?, id)?;
        unlocked(ctx, &record.instance)?;
        let metadata = change(record.instance.metadata)?;
        metadata_fits(&metadata)?;
        let touched = instances::set_metadata(&mut tx, grant, id, &metadata, self.shared.now()).await?;
        self.shared.commit(tx).await?;
        if let Some(touched) = touched {
            workflow::tell(&self.shared, &touched);
        }
        Ok(metadata)
    }
}

/// Whether an instance can have this metadata.
///
/// # Errors
/// `QuotaExceeded` for too many items, else with the field `metadata`.
pub(super) fn metadata_fits(metadata: &Metadata) -> Result<()> {
    const FIELD: &str = "metadata";
    let requested = i64::try_from(metadata.len()).unwrap_or(i64::MAX);
    if requested > MAX_METADATA {
        let resource = "metadata_items".to_owned();
        return Err(Error::on(FIELD, Reason::QuotaExceeded { resource, requested, used: 0, limit: MAX_METADATA }));
    }
    for (key, value) in metadata {
        validate::name(FIELD, key)?;
        validate::at_most(FIELD, value, validate::MAX_NAME)?;
    }
    Ok(())
}
