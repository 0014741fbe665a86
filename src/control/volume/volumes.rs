//! What there is of volumes, and what is said of them.

use std::collections::BTreeMap;

use super::{VolumeService, tell};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::{self, Tx};
use crate::model::volume::{Volume, VolumeChange, VolumeStatus};
use crate::model::{Error, Noun, Reason, Result, VolumeId, validate};

impl VolumeService {
    /// The project's, or with `all` every project's, which administrators may ask for; newest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn volumes(&self, ctx: &Ctx, all: bool) -> Result<Vec<Volume>> {
        let mut seen = self.shared.db.snapshot().await?;
        if all && ctx.is_admin() {
            return store::volumes::all(&mut seen).await;
        }
        store::volumes::of_project(&mut seen, &ctx.project_id).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn volume(&self, ctx: &Ctx, id: &VolumeId) -> Result<Volume> {
        own_volume(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    /// Changes what is said of it.
    ///
    /// # Errors
    /// `NotFound`, or the first field at fault.
    pub async fn update(&self, ctx: &Ctx, id: &VolumeId, change: VolumeChange) -> Result<Volume> {
        let change = checked(change)?;
        let apply = |volume: &mut Volume| {
            let VolumeChange { name, description, metadata } = change;
            volume.name = name.unwrap_or(std::mem::take(&mut volume.name));
            volume.description = description.unwrap_or(volume.description.take());
            volume.metadata = metadata.unwrap_or(std::mem::take(&mut volume.metadata));
            Ok(())
        };
        self.change(ctx, id, "change a volume", apply).await
    }

    /// Says whether instances may start from it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn set_bootable(&self, ctx: &Ctx, id: &VolumeId, bootable: bool) -> Result<Volume> {
        let apply = |volume: &mut Volume| {
            volume.bootable = bootable;
            Ok(())
        };
        self.change(ctx, id, "mark a volume as bootable", apply).await
    }

    /// Says whether instances may write to it.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`.
    pub async fn set_read_only(&self, ctx: &Ctx, id: &VolumeId, read_only: bool) -> Result<Volume> {
        let apply = |volume: &mut Volume| {
            is(volume, "change the access of", &[VolumeStatus::Available])?;
            volume.read_only = read_only;
            // Where clients look for it, in Python's words.
            let said = if read_only { "True" } else { "False" };
            volume.metadata.insert("readonly".to_owned(), said.to_owned());
            Ok(())
        };
        self.change(ctx, id, "change a volume's access", apply).await
    }

    /// Promises it to somebody, or takes the promise back.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`.
    pub async fn set_reserved(&self, ctx: &Ctx, id: &VolumeId, reserved: bool) -> Result<Volume> {
        let apply = |volume: &mut Volume| {
            match reserved {
                true => is(volume, "reserve", &[VolumeStatus::Available])?,
                false if !volume.attachments.is_empty() => return Err(state("unreserve", volume)),
                false => is(volume, "unreserve", &[VolumeStatus::Reserved])?,
            }
            volume.status = if reserved { VolumeStatus::Reserved } else { VolumeStatus::Available };
            Ok(())
        };
        self.change(ctx, id, "reserve a volume", apply).await
    }

    /// Says how a volume is that nobody works on. Statuses that have a host do something cannot be chosen, nor those that say
    /// something else of its instance than is true; an offer to another project is called off. Administrators only.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `NotAChoice`.
    pub async fn reset_status(&self, ctx: &Ctx, id: &VolumeId, status: &str) -> Result<Volume> {
        let grant = policy::check(ctx, Action::Administer, "reset a volume's status")?;
        let mut tx = self.shared.db.write().await?;
        let mut volume = own_volume(&mut tx, ctx, id).await?;
        let choices = choices(&volume);
        let words: Vec<&str> = choices.iter().map(|choice| choice.as_str()).collect();
        let known = status.parse().ok().filter(|status| choices.contains(status));
        volume.status = known.ok_or_else(|| Error::not_a_choice("status", status, words.join(", ")))?;
        volume.progress = None;
        store::volume_transfers::remove_of(&mut tx, grant, id).await?;
        self.keep(tx, grant, volume).await
    }

    /// Changes its record.
    ///
    /// # Errors
    /// `NotFound`, and what `apply` says.
    pub(super) async fn change(
        &self,
        ctx: &Ctx,
        id: &VolumeId,
        what: &str,
        apply: impl FnOnce(&mut Volume) -> Result<()>,
    ) -> Result<Volume> {
        let grant = policy::check(ctx, Action::Write, what)?;
        let mut tx = self.shared.db.write().await?;
        let mut volume = own_volume(&mut tx, ctx, id).await?;
        apply(&mut volume)?;
        self.keep(tx, grant, volume).await
    }

    /// Ends a change of its record: commits it, and tells the pages.
    pub(super) async fn keep(&self, mut tx: Tx, grant: Grant, mut volume: Volume) -> Result<Volume> {
        volume.updated_at = self.shared.now();
        store::volumes::update(&mut tx, grant, &volume).await?;
        self.shared.commit(tx).await?;
        tell(&self.shared, &volume);
        Ok(volume)
    }
}

/// What an administrator may say that it is.
fn choices(volume: &Volume) -> Vec<VolumeStatus> {
    use VolumeStatus::*;
    match volume.at_rest() {
        Available => vec![Available, Error, ErrorDeleting, ErrorExtending],
        // Only what an instance has, or had, can have been given more room.
        Reserved => vec![Reserved, Error],
        held => vec![held, Error, ErrorExtending],
    }
}

/// A volume of the caller's project; administrators may have anybody's.
pub(in crate::control) async fn own_volume(tx: &mut Tx, ctx: &Ctx, id: &VolumeId) -> Result<Volume> {
    let unknown = || Error::not_found(Noun::Volume, id.as_str());
    let volume = store::volumes::by_id(tx, id).await?.ok_or_else(unknown)?;
    policy::visible(ctx, &volume.project_id, Noun::Volume, id.as_str())?;
    Ok(volume)
}

/// Goes on only with a volume in one of these statuses.
///
/// # Errors
/// `VolumeState`.
pub(in crate::control) fn is(volume: &Volume, verb: &str, statuses: &[VolumeStatus]) -> Result<()> {
    if statuses.contains(&volume.status) { Ok(()) } else { Err(state(verb, volume)) }
}

/// Why something cannot be done to a volume now.
pub(in crate::control) fn state(verb: &str, volume: &Volume) -> Error {
    let (verb, status) = (verb.to_owned(), volume.status.to_string());
    Reason::VolumeState { verb, id: volume.id.to_string(), status }.into()
}

/// What may be said of volumes and snapshots.
pub(super) fn checked(change: VolumeChange) -> Result<VolumeChange> {
    said_fits(change.name.as_deref(), change.description.as_ref().and_then(Option::as_deref))?;
    metadata_fits(change.metadata.as_ref().unwrap_or(&BTreeMap::new()))?;
    Ok(change)
}

/// A name and a description that can be kept; either may be empty.
pub(super) fn said_fits(name: Option<&str>, description: Option<&str>) -> Result<()> {
    validate::at_most("name", name.unwrap_or_default(), validate::MAX_NAME)?;
    validate::at_most("description", description.unwrap_or_default(), validate::MAX_NAME)
}

/// Metadata that can be kept.
pub(super) fn metadata_fits(metadata: &BTreeMap<String, String>) -> Result<()> {
    /// As for instances.
    const MOST: i64 = 128;
    const FIELD: &str = "metadata";
    let requested = i64::try_from(metadata.len()).unwrap_or(i64::MAX);
    if requested > MOST {
        let resource = "metadata_items".to_owned();
        return Err(Error::on(FIELD, Reason::QuotaExceeded { resource, requested, used: 0, limit: MOST }));
    }
    for (key, value) in metadata {
        validate::name(FIELD, key)?;
        validate::at_most(FIELD, value, validate::MAX_NAME)?;
    }
    Ok(())
}
