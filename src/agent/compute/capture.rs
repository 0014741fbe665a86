//! Making an image of an instance's disk.

use tokio_util::sync::CancellationToken;

use super::Host;
use super::verbs::Order;
use crate::agent::percent::Percent;
use crate::agent::rest::Caller;
use crate::bus::contract::InstanceSpec;
use crate::bus::{self, Outcome};
use crate::model::state::TaskState;
use crate::model::{Error, InstanceId, Noun, Reason, Result};

/// Copies the disk out and sends it to the image service. An image that has its data already is left alone; the instance's
/// deletion breaks it off.
///
/// # Errors
/// [`Reason::UploadInterrupted`] when there is no token, and as the hypervisor's and the image service's.
pub async fn send(host: &Host, order: &Order<'_>, spec: &InstanceSpec, deleted: &CancellationToken) -> Result<()> {
    let token = order.token.ok_or(Reason::UploadInterrupted)?;
    let caller = Caller { token, request_id: order.request_id, instance: None };
    let image = spec.uploads_to.as_ref().ok_or_else(|| Error::internal("no image is being made of this instance"))?;
    let work = async {
        let Some(draft) = host.uploads.begin(&host.rest, caller, image).await? else { return Ok(()) };
        let percent = Percent::default();
        let copying = percent.part(0, 50);
        let copy = host.hypervisor.copy_disk(order.id, draft.path(), draft.format, &copying);
        telling(host, order, TaskState::ImageSnapshot, &percent, copy).await?;
        let sending = percent.part(50, 100);
        telling(host, order, TaskState::ImageUploading, &percent, draft.send(&host.rest, caller, &sending)).await
    };
    tokio::select! {
        biased;
        () = deleted.cancelled() => Err(Error::not_found(Noun::Instance, order.id.as_str())),
        done = work => done,
    }
}

/// Removes what a copy that died with its agent left in the disk.
pub async fn tidy(host: &Host, id: &InstanceId) -> Outcome {
    if let Err(error) = host.hypervisor.tidy_disk(id).await {
        tracing::warn!(instance = %id, %error, "what an interrupted copy left in its disk is still there");
    }
    bus::answer(&())
}

/// Does the work of a task, and tells now and then how far it is.
async fn telling(
    host: &Host,
    order: &Order<'_>,
    task: TaskState,
    percent: &Percent,
    work: impl Future<Output = Result<()>>,
) -> Result<()> {
    let Order { id, request_id, .. } = *order;
    host.conductor.task(id, request_id, task, Some(percent.get())).await?;
    let tell = |percent| async move {
        if let Err(unanswered) = host.conductor.task(id, request_id, task, Some(percent)).await {
            tracing::debug!(instance = %id, %unanswered, "progress was not heard");
        }
    };
    percent.telling(work, tell).await
}
