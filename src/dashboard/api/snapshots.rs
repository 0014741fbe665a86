//! Snapshots of volumes.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
use crate::model::volume::Snapshot;
use crate::model::{Error, SnapshotId, VolumeId};
#[cfg(feature = "ssr")]
use crate::model::{
    validate,
    volume::{NewSnapshot, VolumeChange},
};

/// A snapshot, and what its volume is called.
#[server(endpoint = "snapshots/show", name = ShowVolumeSnapshot)]
pub async fn snapshot(id: SnapshotId) -> Result<(Snapshot, String), Error> {
    answer(async {
        let (ctx, service) = (ctx()?, services()?.volume);
        let snapshot = service.snapshot(&ctx, &id).await?;
        let volume = service.volume(&ctx, &snapshot.volume_id).await?;
        Ok((snapshot, volume.title().to_owned()))
    })
    .await
}

/// Keeps what a volume holds now, also while an instance has it.
#[server(endpoint = "snapshots/create")]
pub async fn create_snapshot(
    volume: VolumeId,
    name: String,
    #[server(default)] description: String,
) -> Result<Snapshot, Error> {
    answer(async {
        let page = format!("{}?tab=snapshots", volumes::page(&volume));
        let wanted = CreateSnapshot { volume, name, description }.command()?;
        let snapshot = services()?.volume.create_snapshot(&ctx()?, wanted).await?;
        done(&page, "created", &snapshot.name);
        Ok(snapshot)
    })
    .await
}

#[cfg(feature = "ssr")]
impl CreateSnapshot {
    /// What the volume service is asked for.
    ///
    /// # Errors
    /// On the field at fault.
    pub(in crate::dashboard) fn command(self) -> Result<NewSnapshot, Error> {
        Ok(NewSnapshot {
            name: validate::name("name", &self.name)?,
            description: form::optional(&self.description),
            volume_id: self.volume,
            metadata: Default::default(),
            force: true,
        })
    }
}

/// Changes what is said of a snapshot.
#[server(endpoint = "snapshots/update")]
pub async fn update_snapshot(
    id: SnapshotId,
    name: String,
    #[server(default)] description: String,
) -> Result<Snapshot, Error> {
    answer(async {
        let change = UpdateSnapshot { id: id.clone(), name, description }.change()?;
        let snapshot = services()?.volume.update_snapshot(&ctx()?, &id, change).await?;
        done(&format!("/snapshots/{id}"), "saved", snapshot.title());
        Ok(snapshot)
    })
    .await
}

#[cfg(feature = "ssr")]
impl UpdateSnapshot {
    /// What the volume service is asked to change.
    pub(in crate::dashboard) fn change(&self) -> Result<VolumeChange, Error> {
        let name = Some(validate::name("name", &self.name)?);
        Ok(VolumeChange { name, description: Some(form::optional(&self.description)), metadata: None })
    }
}

/// Deletes a snapshot. A plain form's browser goes on to `next`, else to the list.
#[server(endpoint = "snapshots/delete")]
pub async fn delete_snapshot(
    id: SnapshotId,
    #[server(default)] name: String,
    #[server(default)] next: String,
) -> Result<(), Error> {
    answer(async {
        services()?.volume.delete_snapshot(&ctx()?, &id, false).await?;
        let page = if next.is_empty() { "/snapshots" } else { session::local_path(&next) };
        done(page, "deleting", &name);
        Ok(())
    })
    .await
}
