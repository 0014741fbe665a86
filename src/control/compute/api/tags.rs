//! Tags of instances: words to find them by.

use super::{ComputeApi, visible_to};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::instances;
use crate::control::workflow;
use crate::model::{Error, InstanceId, Noun, Reason, Result, validate};

/// As Nova: so many tags of so many letters at most.
const MAX_TAGS: i64 = 50;
const MAX_TAG: u32 = 60;

impl ComputeApi {
    /// Replaces all of an instance's tags.
    ///
    /// # Errors
    /// `NotFound`, and for tags that are not possible.
    pub async fn set_tags(&self, ctx: &Ctx, id: &InstanceId, tags: Vec<String>) -> Result<()> {
        self.change_tags(ctx, id, |_| Ok(tags)).await
    }

    /// Adds a tag; tells whether it was not there before.
    ///
    /// # Errors
    /// As [`Self::set_tags`].
    pub async fn add_tag(&self, ctx: &Ctx, id: &InstanceId, tag: &str) -> Result<bool> {
        let mut is_new = false;
        let added = |mut tags: Vec<String>| {
            is_new = !tags.iter().any(|known| known == tag);
            if is_new {
                tags.push(tag.to_owned());
            }
            Ok(tags)
        };
        self.change_tags(ctx, id, added).await?;
        Ok(is_new)
    }

    /// Takes one tag away.
    ///
    /// # Errors
    /// As [`Self::set_tags`]; `NotFound` for a tag that is not there too.
    pub async fn remove_tag(&self, ctx: &Ctx, id: &InstanceId, tag: &str) -> Result<()> {
        let without = |mut tags: Vec<String>| {
            let before = tags.len();
            tags.retain(|known| known != tag);
            if tags.len() < before {
                Ok(tags)
            } else {
                Err(Error::not_found(Noun::Instance, format!("{id} tag {tag}")))
            }
        };
        self.change_tags(ctx, id, without).await
    }

    async fn change_tags(
        &self,
        ctx: &Ctx,
        id: &InstanceId,
        change: impl FnOnce(Vec<String>) -> Result<Vec<String>>,
    ) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "change an instance's tags")?;
        let mut tx = self.shared.db.write().await?;
        visible_to(ctx, instances::find(&mut *tx, id).await?, id)?;
        let tags = change(instances::tags_of(&mut tx, id).await?)?;
        tags_fit(&tags)?;
        let touched = instances::set_tags(&mut tx, grant, id, &tags, self.shared.now()).await?;
        self.shared.commit(tx).await?;
        if let Some(touched) = touched {
            workflow::tell(&self.shared, &touched);
        }
        Ok(())
    }
}

/// Whether an instance can have these tags.
///
/// # Errors
/// With the field `tags`.
pub(super) fn tags_fit(tags: &[String]) -> Result<()> {
    const FIELD: &str = "tags";
    validate::range(FIELD, i64::try_from(tags.len()).unwrap_or(i64::MAX), 0, MAX_TAGS)?;
    for tag in tags {
        if tag.is_empty() || tag.contains(['/', ',']) {
            let allowed = "letters other than / and ,".to_owned();
            return Err(Error::on(FIELD, Reason::BadCharacters { field: FIELD.to_owned(), allowed }));
        }
        validate::at_most(FIELD, tag, MAX_TAG)?;
    }
    Ok(())
}
