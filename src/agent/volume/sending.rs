//! Sending what a volume holds to the image service.

use super::moment;
use crate::agent::compute::Host;
use crate::agent::percent::Percent;
use crate::agent::rest::Caller;
use crate::bus::contract::VolumePlan;
use crate::model::{Error, Reason, Result, SnapshotId};

/// Makes an image of a volume, with the token of whoever wants it. An image that has its data already is left alone.
///
/// # Errors
/// [`Reason::UploadInterrupted`] when there is no token, and as the pool's and the image service's.
pub async fn send(host: &Host, plan: &VolumePlan, caller: Option<Caller<'_>>, percent: &Percent) -> Result<()> {
    let caller = caller.ok_or(Reason::UploadInterrupted)?;
    let image = plan.uploads_to.as_ref().ok_or_else(|| Error::internal("no image is being made of this volume"))?;
    let Some(draft) = host.uploads.begin(&host.rest, caller, image).await? else { return Ok(()) };
    let (id, copying) = (&plan.volume_id, percent.part(0, 50));
    let copy = async |snapshot: &SnapshotId| {
        host.volumes.backend.copy_out(id, snapshot, draft.path(), draft.format, &copying).await
    };
    moment::read(host, id, id, copy).await?;
    draft.send(&host.rest, caller, &percent.part(50, 100)).await
}
