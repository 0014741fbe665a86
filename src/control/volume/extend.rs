//! Giving volumes more room.

use super::volumes::{is, own_volume, state};
use super::{VolumeService, placement, quota, tell, work};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store;
use crate::model::quota::Resource;
use crate::model::volume::{AttachStatus, MAX_SIZE_GB, Volume, VolumeStatus};
use crate::model::{Error, Reason, Result, VolumeId, validate};

impl VolumeService {
    /// Gives it more room in the background; with `in_use` also while an instance has it.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`, `QuotaExceeded`, `NoRoomForVolume`; `VolumeTooSmall` unless it becomes larger; `VolumeCannot` while an
    /// instance on another host has it, or one that may only read it.
    pub async fn extend(&self, ctx: &Ctx, id: &VolumeId, size_gb: i64, in_use: bool) -> Result<Volume> {
        let grant = policy::check(ctx, Action::Write, "extend a volume")?;
        validate::range("new_size", size_gb, 1, MAX_SIZE_GB)?;
        let mut tx = self.shared.db.write().await?;
        let mut volume = own_volume(&mut tx, ctx, id).await?;
        can_grow(&volume, in_use)?;
        if size_gb <= volume.size_gb {
            let (what, needed) = ("an extension".to_owned(), volume.size_gb + 1);
            return Err(Error::on("new_size", Reason::VolumeTooSmall { what, size: size_gb, needed }));
        }
        if let Some(instance) = store::volume_attachments::elsewhere(&mut tx, id).await?.first() {
            let what = "Extending the volume while an instance on another host has it".to_owned();
            let why = format!("instance {instance} would not learn of it; detach the volume first");
            return Err(Reason::VolumeCannot { what, why }.into());
        }
        let more = size_gb - volume.size_gb;
        let wanted = [(Resource::PerVolumeGigabytes, size_gb), (Resource::Gigabytes, more)];
        quota::fits(&mut tx, &volume.project_id, &volume.type_id, &wanted).await?;
        placement::beside(&self.shared, &mut tx, more, volume.host.as_deref()).await?;
        store::volumes::remember_size(&mut tx, id, volume.size_gb).await?;
        let now = self.shared.now();
        volume.size_gb = size_gb;
        volume.status = VolumeStatus::Extending;
        volume.updated_at = now;
        store::volumes::update(&mut tx, grant, &volume).await?;
        work::tell_host(&mut tx, &volume, &ctx.request_id, None, now).await?;
        self.shared.commit(tx).await?;
        tell(&self.shared, &volume);
        Ok(volume)
    }
}

/// Nothing is being done to it; one that could not be given more room may be tried again.
fn can_grow(volume: &Volume, in_use: bool) -> Result<()> {
    use VolumeStatus::{Available, ErrorExtending, InUse};
    is(volume, "extend", &[Available, InUse, ErrorExtending])?;
    match volume.attachments.first() {
        None => Ok(()),
        Some(attachment) if !in_use || attachment.status != AttachStatus::Attached => Err(state("extend", volume)),
        Some(attachment) if attachment.read_only => {
            let what = "Extending a volume that its instance may only read".to_owned();
            Err(Reason::VolumeCannot { what, why: "detach it first".to_owned() }.into())
        }
        Some(_) => Ok(()),
    }
}
