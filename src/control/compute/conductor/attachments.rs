//! What a host tells of its instances' volumes.

use super::spec::placed_on;
use crate::bus::contract::AttachmentNews;
use crate::control::shared::Shared;
use crate::control::store::{Tx, events, volume_attachments, volumes};
use crate::control::volume::{self, messages};
use crate::model::live::Change;
use crate::model::state::VmState;
use crate::model::step::StepResult;
use crate::model::volume::{AttachStatus, Attachment, MessageAbout, Volume, VolumeStatus};
use crate::model::{AttachmentId, InstanceId, Noun, Reason, Result, Timestamp};

/// What became of an attachment. It counts only if it is one of the instance's and waits for just that.
///
/// # Errors
/// `NotFound` unless the instance is placed on that host.
pub async fn news(
    shared: &Shared,
    host: &str,
    instance_id: &InstanceId,
    id: &AttachmentId,
    request_id: &str,
    news: AttachmentNews,
) -> Result<()> {
    let instance = placed_on(shared, host, instance_id).await?.instance;
    let mut tx = shared.db.write().await?;
    let Some(attachment) = volume_attachments::by_id(&mut tx, id).await? else { return Ok(()) };
    let Some(mut volume) = volumes::by_id(&mut tx, &attachment.volume_id).await? else { return Ok(()) };
    if attachment.instance_id != *instance_id {
        return Ok(());
    }
    volume.updated_at = shared.now();
    // A reconciler tells under a request of its own.
    let asked = volumes::request(&mut tx, &volume.id).await?.unwrap_or_else(|| request_id.to_owned());
    let work = Work { attachment: &attachment, request: &asked };
    let is_half_built = instance.vm_state == VmState::Building;
    let known = match (news, attachment.status) {
        (AttachmentNews::Attached, AttachStatus::Attaching) => work.attached(&mut tx, &mut volume).await?,
        (AttachmentNews::Detached, AttachStatus::Detaching) => work.detached(&mut tx, &mut volume).await?,
        // The end of the launch says what becomes of what was taken for it.
        (AttachmentNews::Failed { .. }, AttachStatus::Attaching) if is_half_built => false,
        (AttachmentNews::Failed { reason }, AttachStatus::Attaching) => {
            work.not_attached(&mut tx, &mut volume, reason).await?
        }
        (AttachmentNews::Failed { reason }, AttachStatus::Detaching) => {
            work.not_detached(&mut tx, &mut volume, reason).await?
        }
        _ => false,
    };
    if !known {
        return Ok(());
    }
    shared.commit(tx).await?;
    volume::tell(shared, &volume);
    let project_id = Some(instance.project_id);
    shared.spread(Change { noun: Noun::Instance, id: instance_id.to_string(), project_id, version: 0 });
    Ok(())
}

/// An attachment, and the request that wanted it.
struct Work<'a> {
    attachment: &'a Attachment,
    request: &'a str,
}

impl Work<'_> {
    async fn attached(&self, tx: &mut Tx, volume: &mut Volume) -> Result<bool> {
        if !matches!(volume.status, VolumeStatus::Attaching | VolumeStatus::Reserved) {
            return Ok(false);
        }
        self.holds(tx, volume).await?;
        self.end(tx, None, volume.updated_at).await?;
        Ok(true)
    }

    async fn detached(&self, tx: &mut Tx, volume: &mut Volume) -> Result<bool> {
        self.is_free(tx, volume).await?;
        self.end(tx, None, volume.updated_at).await?;
        Ok(true)
    }

    async fn not_attached(&self, tx: &mut Tx, volume: &mut Volume, reason: Reason) -> Result<bool> {
        self.is_free(tx, volume).await?;
        self.explain(tx, volume, reason).await
    }

    async fn not_detached(&self, tx: &mut Tx, volume: &mut Volume, reason: Reason) -> Result<bool> {
        self.holds(tx, volume).await?;
        self.explain(tx, volume, reason).await
    }

    /// The instance has it.
    async fn holds(&self, tx: &mut Tx, volume: &mut Volume) -> Result<()> {
        volume_attachments::set_status(tx, &self.attachment.id, AttachStatus::Attached, volume.updated_at).await?;
        volume.status = VolumeStatus::InUse;
        volumes::record(tx, volume).await
    }

    /// The instance does not have it any more.
    async fn is_free(&self, tx: &mut Tx, volume: &mut Volume) -> Result<()> {
        volume_attachments::remove(tx, &self.attachment.id).await?;
        volumes::set_export(tx, &volume.id, None, None).await?;
        volume.attachments.retain(|attachment| attachment.id != self.attachment.id);
        volume.status = volume.at_rest();
        volumes::record(tx, volume).await
    }

    async fn explain(&self, tx: &mut Tx, volume: &Volume, reason: Reason) -> Result<bool> {
        self.end(tx, Some(&reason), volume.updated_at).await?;
        let about = (MessageAbout::Volume, volume.id.as_str());
        messages::leave(tx, &volume.project_id, about, reason, self.request, volume.updated_at).await?;
        Ok(true)
    }

    /// Closes the row of the instance's timeline.
    async fn end(&self, tx: &mut Tx, fault: Option<&Reason>, now: Timestamp) -> Result<()> {
        let result = if fault.is_some() { StepResult::Failed } else { StepResult::Done };
        if self.attachment.status == AttachStatus::Attaching && self.attachment.boot {
            return Ok(());
        }
        events::end_request(tx, &self.attachment.instance_id, self.request, result, fault, now).await
    }
}
