//! Volumes that come to an instance, or leave it, after its launch.

use super::hypervisor::{DiskSource, Domain, DomainVolume};
use super::{Host, record};
use crate::agent::conductor::{Answer, Unanswered};
use crate::bus::contract::{AttachmentNews, AttachmentPlan, VolumeAt};
use crate::bus::{self, Outcome};
use crate::model::state::PowerState;
use crate::model::volume::{AttachStatus, VolumeStatus};
use crate::model::{AttachmentId, Error, InstanceId, Reason, Result, VolumeId};

/// Makes the instance's volumes be the attachments of the records, and tells what became of each that was waited for.
/// May be repeated at any point: what an interrupted earlier attempt left is used or removed.
pub async fn run(host: &Host, id: &InstanceId, request_id: &str) -> Outcome {
    let change = Change { host, id, request_id };
    match change.carry_out().await {
        Ok(()) => bus::answer(&()),
        Err(Unanswered::Silent(reason)) => Outcome::after(&reason, reason.to_string()),
        Err(Unanswered::Refused(reason)) => {
            tracing::info!(instance = %id, request_id, %reason, "the records do not wait for this");
            bus::answer(&())
        }
    }
}

/// A volume as a disk of a domain here; none while it holds nothing, or cannot be reached.
pub fn disk_of(host: &Host, plan: &AttachmentPlan) -> Option<DomainVolume> {
    let is_filled = !matches!(plan.volume_status, VolumeStatus::Creating | VolumeStatus::Downloading);
    let source = match &plan.at {
        VolumeAt::File => host.volumes.backend.source(&plan.volume_id),
        VolumeAt::Nbd { address, export, .. } => {
            let (host, port) = address.as_ref()?.rsplit_once(':')?;
            DiskSource::Nbd { host: host.to_owned(), port: port.parse().ok()?, export: export.clone()? }
        }
        VolumeAt::Rbd { pool, image, .. } => DiskSource::rbd(&host.volumes.ceph, pool.clone(), image.clone()),
    };
    is_filled.then(|| DomainVolume {
        attachment_id: plan.attachment_id.clone(),
        volume_id: plan.volume_id.clone(),
        device: plan.device.clone(),
        boot: plan.boot,
        read_only: plan.read_only,
        source,
    })
}

/// Whether a domain's volumes are others than those of the records, as far as that can be changed now.
pub fn differ(host: &Host, domain: &Domain, plans: &[AttachmentPlan]) -> bool {
    let is_due = |plan: &AttachmentPlan| match plan.status {
        AttachStatus::Attaching => disk_of(host, plan).is_some(),
        AttachStatus::Attached => !has(domain, plan) && disk_of(host, plan).is_some(),
        AttachStatus::Detaching => true,
    };
    plans.iter().any(is_due) || domain.volumes.iter().any(|volume| is_to_leave(volume, plans))
}

fn has(domain: &Domain, plan: &AttachmentPlan) -> bool {
    domain.volumes.iter().any(|volume| volume.attachment_id == plan.attachment_id)
}

/// The disk that the domain starts from never leaves it.
fn is_to_leave(volume: &DomainVolume, plans: &[AttachmentPlan]) -> bool {
    let stays =
        |plan: &AttachmentPlan| plan.attachment_id == volume.attachment_id && plan.status != AttachStatus::Detaching;
    !volume.boot && !plans.iter().any(stays)
}

/// Tells what became of an attachment. Records that do not wait for it any more are no reason to do anything else.
///
/// # Errors
/// When the conductor does not answer.
pub async fn tell(
    host: &Host,
    id: &InstanceId,
    attachment: &AttachmentId,
    request_id: &str,
    news: AttachmentNews,
) -> Answer<()> {
    match host.conductor.attachment_news(id, attachment, request_id, news).await {
        Err(Unanswered::Refused(reason)) => {
            tracing::info!(instance = %id, %attachment, request_id, %reason, "the records do not wait for this");
            Ok(())
        }
        heard => heard,
    }
}

/// Keeps a volume from a second instance where two would damage it.
///
/// # Errors
/// [`Reason::VolumeCannot`].
pub async fn refuse_second(host: &Host, id: &InstanceId, volume: &VolumeId) -> Result<()> {
    if host.volumes.backend.capabilities().multi_attach {
        return Ok(());
    }
    let users = record::users_of(&host.layout, volume).await?;
    match users.iter().find(|user| *user != id) {
        Some(other) => {
            let what = "Attaching the volume to a second instance".to_owned();
            Err(Reason::VolumeCannot { what, why: format!("instance {other} has it, and would damage it") }.into())
        }
        None => Ok(()),
    }
}

struct Change<'a> {
    host: &'a Host,
    id: &'a InstanceId,
    request_id: &'a str,
}

impl Change<'_> {
    async fn carry_out(&self) -> Answer<()> {
        let plans = self.host.conductor.attachments(self.id, self.request_id).await?;
        let mut domain = match record::load(&self.host.layout, self.id).await {
            Ok(domain) => domain,
            Err(error) => return self.without_domain(&plans, &error).await,
        };
        let leaving: Vec<_> = domain.volumes.iter().filter(|volume| is_to_leave(volume, &plans)).cloned().collect();
        for volume in &leaving {
            let unplugged = self.unplug(&mut domain, volume).await;
            if let (Err(error), Some(plan)) = (unplugged, plan_of(&plans, volume)) {
                self.failed(plan, error).await?;
            }
        }
        for plan in &plans {
            match plan.status {
                AttachStatus::Detaching if !has(&domain, plan) => self.tell(plan, AttachmentNews::Detached).await?,
                AttachStatus::Detaching => {}
                AttachStatus::Attaching | AttachStatus::Attached => self.bring(&mut domain, plan).await?,
            }
        }
        Ok(())
    }

    /// An instance that is not built yet gets its volumes as it is built.
    async fn without_domain(&self, plans: &[AttachmentPlan], error: &Error) -> Answer<()> {
        let (instance, request_id) = (self.id, self.request_id);
        tracing::info!(%instance, request_id, %error, "there is nothing to plug volumes into");
        for plan in plans.iter().filter(|plan| plan.status == AttachStatus::Detaching) {
            self.tell(plan, AttachmentNews::Detached).await?;
        }
        Ok(())
    }

    async fn bring(&self, domain: &mut Domain, plan: &AttachmentPlan) -> Answer<()> {
        let Some(volume) = disk_of(self.host, plan) else { return Ok(()) };
        match self.plug(domain, volume).await {
            Ok(()) if plan.status == AttachStatus::Attaching => self.tell(plan, AttachmentNews::Attached).await,
            Ok(()) => Ok(()),
            Err(error) => self.failed(plan, error).await,
        }
    }

    /// The note comes first: whatever follows, a power cycle or the comparison with the records knows of the volume.
    async fn plug(&self, domain: &mut Domain, volume: DomainVolume) -> Result<()> {
        let _data = self.host.volumes.for_guest(std::iter::once(&volume.volume_id)).await?;
        let is_new = !domain.volumes.iter().any(|other| other.attachment_id == volume.attachment_id);
        if is_new {
            self.refuse_suspended("Attaching").await?;
            refuse_second(self.host, self.id, &volume.volume_id).await?;
        }
        domain.volumes.retain(|other| other.attachment_id != volume.attachment_id);
        domain.volumes.push(volume.clone());
        record::store(&self.host.layout, domain).await?;
        let attached = self.host.hypervisor.attach_volume(self.id, &volume).await;
        if attached.is_err()
            && is_new
            && let Err(error) = self.unplug(domain, &volume).await
        {
            tracing::warn!(instance = %self.id, volume = %volume.volume_id, %error, "a volume is still half plugged in");
        }
        attached
    }

    /// The guest lets go first; the note of it comes last, so that an interrupted attempt is repeated.
    async fn unplug(&self, domain: &mut Domain, volume: &DomainVolume) -> Result<()> {
        self.refuse_suspended("Detaching").await?;
        self.host.hypervisor.detach_volume(self.id, volume).await?;
        domain.volumes.retain(|other| other.attachment_id != volume.attachment_id);
        record::store(&self.host.layout, domain).await
    }

    /// The memory that it goes on with knows the disks that it had.
    async fn refuse_suspended(&self, what: &str) -> Result<()> {
        if self.host.hypervisor.state(self.id).await? != Some(PowerState::Suspended) {
            return Ok(());
        }
        let what = format!("{what} a volume while the instance is suspended");
        Err(Reason::VolumeCannot { what, why: "its saved memory goes on with the same disks; resume it first".into() }
            .into())
    }

    async fn failed(&self, plan: &AttachmentPlan, error: Error) -> Answer<()> {
        let (instance, volume, request_id) = (self.id, &plan.volume_id, self.request_id);
        tracing::warn!(%instance, %volume, request_id, %error, "a volume could not be plugged in or taken out");
        if plan.status == AttachStatus::Attached {
            return Ok(());
        }
        let reason = error.with_request_id(self.request_id).reason;
        self.tell(plan, AttachmentNews::Failed { reason }).await
    }

    async fn tell(&self, plan: &AttachmentPlan, news: AttachmentNews) -> Answer<()> {
        tell(self.host, self.id, &plan.attachment_id, self.request_id, news).await
    }
}

fn plan_of<'a>(plans: &'a [AttachmentPlan], volume: &DomainVolume) -> Option<&'a AttachmentPlan> {
    plans.iter().find(|plan| plan.attachment_id == volume.attachment_id)
}
