//! The volumes of an instance whose launch or life has ended.

use super::{delete, messages, tell};
use crate::control::context::new_request_id;
use crate::control::shared::Shared;
use crate::control::store::{Tx, volume_attachments, volume_snapshots, volumes};
use crate::model::volume::{AttachStatus, Attachment, MessageAbout, Volume, VolumeStatus};
use crate::model::{InstanceId, Result, Timestamp};

/// Volumes that something became of; open pages are to be told of them after the commit.
#[must_use]
#[derive(Default)]
pub struct Changed(Vec<Volume>);

impl Changed {
    /// Tells their owners' pages.
    pub fn tell(&self, shared: &Shared) {
        for volume in &self.0 {
            tell(shared, volume);
        }
    }
}

/// The launch ended well: the instance has whatever was taken for it.
pub async fn launched(tx: &mut Tx, instance: &InstanceId, now: Timestamp) -> Result<Changed> {
    let mut changed = Changed::default();
    for mut volume in volumes::of_instance(tx, instance).await? {
        for attachment in &mut volume.attachments {
            volume_attachments::set_status(tx, &attachment.id, AttachStatus::Attached, now).await?;
            attachment.status = AttachStatus::Attached;
        }
        volume.status = VolumeStatus::InUse;
        volume.updated_at = now;
        volumes::record(tx, &volume).await?;
        changed.0.push(volume);
    }
    Ok(changed)
}

/// The instance is gone, or its launch failed: it holds no volume any more. Those that go with it go, unless something
/// else needs them, and so do those that were not whole yet; what never lay anywhere is a record and nothing else.
pub async fn released(tx: &mut Tx, instance: &InstanceId, now: Timestamp) -> Result<Changed> {
    let mut changed = Changed::default();
    for mut volume in volumes::of_instance(tx, instance).await? {
        let (mine, others): (Vec<Attachment>, _) =
            volume.attachments.into_iter().partition(|attachment| attachment.instance_id == *instance);
        volume.attachments = others;
        for attachment in &mine {
            volume_attachments::remove(tx, &attachment.id).await?;
        }
        volumes::set_export(tx, &volume.id, None, None).await?;
        volume.updated_at = now;
        let goes = mine.iter().any(|attachment| attachment.delete_on_termination);
        changed.0.push(let_go(tx, volume, goes, now).await?);
    }
    Ok(changed)
}

async fn let_go(tx: &mut Tx, mut volume: Volume, goes: bool, now: Timestamp) -> Result<Volume> {
    let half_made = matches!(volume.status, VolumeStatus::Creating | VolumeStatus::Downloading);
    let snapshots = volume_snapshots::of_volume(tx, &volume.id).await?;
    let why_it_stays = match snapshots.len() {
        0 if volumes::is_being_copied(tx, &volume.id, None).await? => Some(delete::is_copied(&volume.id)),
        0 => None,
        _ => Some(delete::has_snapshots(&volume.id, &snapshots)),
    };
    if volume.host.is_none() || ((goes || half_made) && why_it_stays.is_none()) {
        return delete::begin(tx, volume, snapshots, &new_request_id(), now).await;
    }
    if let Some(reason) = why_it_stays.filter(|_| goes) {
        let about = (MessageAbout::Volume, volume.id.as_str());
        messages::leave(tx, &volume.project_id, about, reason, &new_request_id(), now).await?;
    }
    if !matches!(
        volume.status,
        VolumeStatus::Error | VolumeStatus::ErrorExtending | VolumeStatus::Extending | VolumeStatus::Uploading
    ) {
        volume.status = volume.at_rest();
    }
    volumes::record(tx, &volume).await?;
    Ok(volume)
}
