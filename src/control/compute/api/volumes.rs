//! An instance's volumes, which come and go while it runs.

use super::locks::unlocked;
use super::{ComputeApi, devices, visible_to};
use crate::bus::contract::ComputeMessage;
use crate::bus::{Envelope, Topic};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::{Tx, events, instances, volume_attachments, volumes};
use crate::control::volume::{self, exports, is, own_volume, state};
use crate::control::workflow::outbox;
use crate::control::workflow::timeline::{Request, with_detail};
use crate::model::instance::Instance;
use crate::model::state::check_nics_may_change;
use crate::model::volume::{AttachStatus, Attachment, NewAttachment, Volume, VolumeStatus};
use crate::model::{Error, InstanceId, Noun, Reason, Result, VolumeId};

const ATTACH: &str = "attach_volume";
const DETACH: &str = "detach_volume";

impl ComputeApi {
    /// What the instance has or is to have of volumes; the one that it starts from comes first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn volumes_of(&self, ctx: &Ctx, id: &InstanceId) -> Result<Vec<Attachment>> {
        self.visible(ctx, id).await?;
        volume_attachments::of_instances(self.shared.db.read(), &[id.as_str()]).await
    }

    /// Gives an instance a volume, running or not; it is plugged in in the background. A host that holds the volume for
    /// the instance's own serves it first.
    ///
    /// # Errors
    /// `NotFound`, `InvalidState`, `Busy`, `VolumeState`, `DeviceInUse`, `NoFreeDevice`, and the refusal of a host that cannot serve it.
    pub async fn attach_volume(&self, ctx: &Ctx, id: &InstanceId, new: NewAttachment) -> Result<Attachment> {
        let grant = policy::check(ctx, Action::Write, "attach a volume")?;
        let (instance, volume) = self.both(ctx, id, &new.volume_id, ATTACH).await?;
        is_free(&volume)?;
        if let Some(elsewhere) = volume.host.as_ref().filter(|host| Some(*host) != instance.host.as_ref()) {
            exports::serve_one(&self.shared, &ctx.request_id, &volume.id, elsewhere).await?;
        }
        let mut tx = self.shared.db.write().await?;
        let (host, mut volume) = changeable(&mut tx, ctx, id, &new.volume_id, ATTACH).await?;
        is_free(&volume)?;
        let present = volume_attachments::of_instances(&mut *tx, &[id.as_str()]).await?;
        let taken: Vec<String> = present.into_iter().map(|attachment| attachment.device).collect();
        let now = self.shared.now();
        let attachment = Attachment {
            id: uuid::Uuid::new_v4().to_string().into(),
            volume_id: volume.id.clone(),
            instance_id: id.clone(),
            status: AttachStatus::Attaching,
            device: devices::choose(id, &taken, new.device.as_deref())?,
            boot: false,
            delete_on_termination: new.delete_on_termination,
            read_only: volume.read_only,
            tag: new.tag,
            created_at: now,
            attached_at: None,
        };
        volume_attachments::insert(&mut tx, grant, &attachment).await?;
        volume.status = VolumeStatus::Attaching;
        self.begin_wiring(tx, ctx, &attachment, &host, ATTACH, volume).await?;
        Ok(attachment)
    }

    /// Takes a volume from an instance in the background.
    ///
    /// # Errors
    /// `NotFound`, `InvalidState`, `Busy`, `VolumeState`; `RootVolume` for the one that it starts from.
    pub async fn detach_volume(&self, ctx: &Ctx, id: &InstanceId, volume: &VolumeId) -> Result<()> {
        policy::check(ctx, Action::Write, "detach a volume")?;
        self.attachment(ctx, id, volume).await?;
        let mut tx = self.shared.db.write().await?;
        let (host, mut volume) = changeable(&mut tx, ctx, id, volume, DETACH).await?;
        let attachment = of(&volume, id)?;
        if attachment.boot {
            return Err(Reason::RootVolume { id: volume.id.to_string(), instance: id.to_string() }.into());
        }
        if !volume.can_be_taken_from(&attachment) {
            return Err(state("detach", &volume));
        }
        volume_attachments::set_status(&mut tx, &attachment.id, AttachStatus::Detaching, self.shared.now()).await?;
        volume.status = VolumeStatus::Detaching;
        self.begin_wiring(tx, ctx, &attachment, &host, DETACH, volume).await
    }

    /// Says whether a volume goes with its instance.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn set_delete_on_termination(
        &self,
        ctx: &Ctx,
        id: &InstanceId,
        volume: &VolumeId,
        whether: bool,
    ) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "change a volume's attachment")?;
        let attachment = self.attachment(ctx, id, volume).await?;
        let mut tx = self.shared.db.write().await?;
        volume_attachments::set_delete_on_termination(&mut tx, grant, &attachment.id, whether).await?;
        self.shared.commit(tx).await?;
        self.shared.tell(ctx, Noun::Instance, id.as_str());
        Ok(())
    }

    /// A volume's place in an instance.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn attachment(&self, ctx: &Ctx, id: &InstanceId, volume: &VolumeId) -> Result<Attachment> {
        let present = self.volumes_of(ctx, id).await?;
        let found = present.into_iter().find(|attachment| attachment.volume_id == *volume);
        found.ok_or_else(|| Error::not_found(Noun::Attachment, volume.as_str()))
    }

    async fn both(&self, ctx: &Ctx, id: &InstanceId, volume: &VolumeId, action: &str) -> Result<(Instance, Volume)> {
        let instance = self.visible(ctx, id).await?.instance;
        unlocked(ctx, &instance)?;
        check_nics_may_change(action, id.as_str(), instance.vm_state, instance.task_state)?;
        Ok((instance, self.volume.volume(ctx, volume).await?))
    }

    /// Writes down that the instance's host is to compare its volumes with the records, and that it was asked for.
    async fn begin_wiring(
        &self,
        mut tx: Tx,
        ctx: &Ctx,
        attachment: &Attachment,
        host: &str,
        action: &str,
        mut volume: Volume,
    ) -> Result<()> {
        let (id, now) = (&attachment.instance_id, self.shared.now());
        volume.updated_at = now;
        volumes::record(&mut tx, &volume).await?;
        volumes::set_request(&mut tx, &volume.id, &ctx.request_id).await?;
        events::asked(&mut tx, ctx, id).await?;
        let row = Request { instance: id, id: &ctx.request_id }.action(action, now);
        events::write(&mut tx, &[with_detail(row, format!("{} · {}", volume.title(), attachment.device))]).await?;
        let message = ComputeMessage::Volumes { instance_id: id.clone(), request_id: ctx.request_id.clone() };
        let envelope = Envelope::new(&ctx.request_id, &message);
        outbox::enqueue(&mut tx, &Topic::compute(host), &envelope, now).await?;
        self.shared.commit(tx).await?;
        volume::tell(&self.shared, &volume);
        self.shared.tell(ctx, Noun::Instance, id.as_str());
        Ok(())
    }
}

/// No instance has it, and it is whole; what could not be given more room is as it was.
fn is_free(volume: &Volume) -> Result<()> {
    is(volume, "attach", &[VolumeStatus::Available, VolumeStatus::ErrorExtending])?;
    if volume.attachments.is_empty() { Ok(()) } else { Err(state("attach", volume)) }
}

/// The host of an instance whose volumes may change now, and a volume, as they are in the transaction.
async fn changeable(
    tx: &mut Tx,
    ctx: &Ctx,
    id: &InstanceId,
    volume: &VolumeId,
    action: &str,
) -> Result<(String, Volume)> {
    let instance = visible_to(ctx, instances::find(&mut **tx, id).await?, id)?.instance;
    unlocked(ctx, &instance)?;
    check_nics_may_change(action, id.as_str(), instance.vm_state, instance.task_state)?;
    let host = instance.host.ok_or_else(|| Error::internal("an instance in this state has a host"))?;
    Ok((host, own_volume(tx, ctx, volume).await?))
}

/// The volume's place in the instance.
fn of(volume: &Volume, id: &InstanceId) -> Result<Attachment> {
    let found = volume.attachments.iter().find(|attachment| attachment.instance_id == *id).cloned();
    found.ok_or_else(|| Error::not_found(Noun::Attachment, volume.id.as_str()))
}
