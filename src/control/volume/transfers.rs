//! Giving volumes to other projects: who has the key may take one.

use rand::distr::{Alphanumeric, SampleString};
use sha2::{Digest as _, Sha256};

use super::types::visible_type;
use super::volumes::{is, own_volume, said_fits};
use super::{VolumeService, delete, new_id, quota, tell};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::volume_transfers::Record;
use crate::control::store::{self, Tx};
use crate::model::quota::Resource;
use crate::model::volume::{Snapshot, Transfer, VolumeStatus};
use crate::model::{Error, Noun, Reason, Result, VolumeId};

const KEY_LENGTH: usize = 16;

impl VolumeService {
    /// What the project gives away, or with `all` everybody, which administrators may ask for; oldest first.
    pub async fn transfers(&self, ctx: &Ctx, all: bool) -> Result<Vec<Transfer>> {
        let mut seen = self.shared.db.snapshot().await?;
        let records = store::volume_transfers::list(&mut seen, &ctx.project_id, all && ctx.is_admin()).await?;
        Ok(records.into_iter().map(Transfer::from).collect())
    }

    /// # Errors
    /// `NotFound`.
    pub async fn transfer(&self, ctx: &Ctx, id: &str) -> Result<Transfer> {
        own_transfer(&mut self.shared.db.snapshot().await?, ctx, id).await.map(Transfer::from)
    }

    /// Offers a volume and its snapshots, or with `alone` only one that has none, as they lie inside of it; returns the key,
    /// which is not kept and cannot be had again.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`, `VolumeHasSnapshots`.
    pub async fn create_transfer(
        &self,
        ctx: &Ctx,
        volume: &VolumeId,
        name: &str,
        alone: bool,
    ) -> Result<(Transfer, String)> {
        let grant = policy::check(ctx, Action::Write, "transfer a volume")?;
        said_fits(Some(name), None)?;
        let mut tx = self.shared.db.write().await?;
        let mut volume = own_volume(&mut tx, ctx, volume).await.map_err(|error| error.at("volume_id"))?;
        is(&volume, "transfer", &[VolumeStatus::Available])?;
        let snapshots = store::volume_snapshots::of_volume(&mut tx, &volume.id).await?;
        if alone && !snapshots.is_empty() {
            return Err(delete::has_snapshots(&volume.id, &snapshots).into());
        }
        let key = Alphanumeric.sample_string(&mut rand::rng(), KEY_LENGTH);
        let salt = Alphanumeric.sample_string(&mut rand::rng(), KEY_LENGTH);
        let record = Record {
            id: new_id(),
            volume_id: volume.id.clone(),
            name: name.to_owned(),
            project_id: volume.project_id.clone(),
            key_hash: hash(&salt, &key),
            salt,
            created_at: self.shared.now(),
        };
        store::volume_transfers::insert(&mut tx, grant, &record).await?;
        volume.status = VolumeStatus::AwaitingTransfer;
        self.keep(tx, grant, volume).await?;
        Ok((record.into(), key))
    }

    /// Takes a volume over, with its snapshots; it counts against the caller's quota from now on.
    ///
    /// # Errors
    /// `NotFound`, also of a type that the caller may not choose, `QuotaExceeded`; `InvalidInput` for a wrong key.
    pub async fn accept_transfer(&self, ctx: &Ctx, id: &str, key: &str) -> Result<Transfer> {
        let grant = policy::check(ctx, Action::Write, "take a volume over")?;
        let unknown = || Error::not_found(Noun::Resource, id);
        let mut tx = self.shared.db.write().await?;
        let record = store::volume_transfers::by_id(&mut tx, id).await?.ok_or_else(unknown)?;
        if hash(&record.salt, key) != record.key_hash {
            let why = "it is not this transfer's key".to_owned();
            let reason = Reason::InvalidInput { field: "auth_key".to_owned(), value: "…".to_owned(), why };
            return Err(Error::on("auth_key", reason));
        }
        let mut volume = store::volumes::by_id(&mut tx, &record.volume_id).await?.ok_or_else(unknown)?;
        visible_type(&mut tx, ctx, &volume.type_name).await?;
        let before = volume.clone();
        let snapshots = store::volume_snapshots::of_volume(&mut tx, &volume.id).await?;
        let number = i64::try_from(snapshots.len()).unwrap_or(i64::MAX);
        let size_gb = volume.size_gb + snapshots.iter().map(|snapshot| snapshot.size_gb).sum::<i64>();
        if ctx.project_id != volume.project_id {
            use Resource::{Gigabytes, PerVolumeGigabytes, Snapshots, Volumes};
            let wanted =
                [(PerVolumeGigabytes, volume.size_gb), (Volumes, 1), (Snapshots, number), (Gigabytes, size_gb)];
            quota::fits(&mut tx, &ctx.project_id, &volume.type_id, &wanted).await?;
        }
        let now = self.shared.now();
        for snapshot in snapshots {
            let (project_id, user_id) = (ctx.project_id.clone(), ctx.user_id.clone());
            let snapshot = Snapshot { project_id, user_id, updated_at: now, ..snapshot };
            store::volume_snapshots::update(&mut tx, grant, &snapshot).await?;
        }
        volume.project_id = ctx.project_id.clone();
        volume.user_id = ctx.user_id.clone();
        volume.status = VolumeStatus::Available;
        store::volume_transfers::remove_of(&mut tx, grant, &volume.id).await?;
        self.keep(tx, grant, volume).await?;
        tell(&self.shared, &before);
        Ok(record.into())
    }

    /// Calls it off.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_transfer(&self, ctx: &Ctx, id: &str) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "call a transfer off")?;
        let mut tx = self.shared.db.write().await?;
        let record = own_transfer(&mut tx, ctx, id).await?;
        let mut volume = own_volume(&mut tx, ctx, &record.volume_id).await?;
        store::volume_transfers::remove_of(&mut tx, grant, &volume.id).await?;
        volume.status = VolumeStatus::Available;
        self.keep(tx, grant, volume).await?;
        Ok(())
    }
}

async fn own_transfer(tx: &mut Tx, ctx: &Ctx, id: &str) -> Result<Record> {
    let record = store::volume_transfers::by_id(tx, id).await?;
    let record = record.ok_or_else(|| Error::not_found(Noun::Resource, id))?;
    policy::visible(ctx, &record.project_id, Noun::Resource, id)?;
    Ok(record)
}

fn hash(salt: &str, key: &str) -> String {
    hex::encode(Sha256::digest(format!("{salt}{key}")))
}
