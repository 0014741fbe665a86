//! What people ask of compute: instances, flavors, key pairs, hosts.

mod flavors;
mod hosts;
mod keypairs;

use std::sync::Arc;

use crate::control::Ctx;
use crate::control::shared::Shared;
use crate::model::instance::{Instance, InstanceFilter, InstanceSort};
use crate::model::launch::LaunchRequest;
use crate::model::page::{Page, PageRequest};
use crate::model::scheduling::Decision;
use crate::model::state::Verb;
use crate::model::step::{Step, StepEvent};
use crate::model::{ImageId, InstanceId, Result, Timestamp};

/// The compute API's service.
#[derive(Clone)]
pub struct ComputeApi {
    shared: Arc<Shared>,
}

#[allow(unused_variables)]
impl ComputeApi {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Checks everything, then writes the instances, their first timeline rows and the scheduler's messages in one
    /// transaction. Quota counts them from that moment.
    ///
    /// # Errors
    /// The first field at fault, or `QuotaExceeded`; nothing is written then.
    pub async fn launch(&self, ctx: &Ctx, request: LaunchRequest) -> Result<Vec<Instance>> {
        todo!()
    }
    /// Which hosts could take it now, and why the others could not; changes nothing.
    pub async fn dry_run(&self, ctx: &Ctx, request: &LaunchRequest) -> Result<Decision> {
        todo!()
    }
    pub async fn instances(
        &self,
        ctx: &Ctx,
        filter: &InstanceFilter,
        page: PageRequest<InstanceSort>,
    ) -> Result<Page<Instance>> {
        todo!()
    }
    pub async fn instance(&self, ctx: &Ctx, id: &InstanceId) -> Result<Instance> {
        todo!()
    }
    /// Renames or describes an instance; a part that is none stays.
    pub async fn update(
        &self,
        ctx: &Ctx,
        id: &InstanceId,
        name: Option<&str>,
        description: Option<&str>,
    ) -> Result<Instance> {
        todo!()
    }
    /// Starts a verb; it goes on in the background. `image` is what Rebuild starts from (none: the present image).
    /// An instance without a host is deleted at once.
    ///
    /// # Errors
    /// As [`Verb::check`].
    pub async fn act(&self, ctx: &Ctx, id: &InstanceId, verb: Verb, image: Option<&ImageId>) -> Result<Instance> {
        todo!()
    }
    /// All rows of an instance, oldest first.
    pub async fn timeline(&self, ctx: &Ctx, id: &InstanceId) -> Result<Vec<StepEvent>> {
        todo!()
    }
    /// A service other than compute did its part in a launch: `step` (21, 24 or 27) began at `started_at` and is done.
    /// Ignored unless the caller may see the instance and it is being built.
    pub async fn note_step(&self, ctx: &Ctx, id: &InstanceId, step: Step, started_at: Timestamp) -> Result<()> {
        todo!()
    }
    /// The scheduler's decision, once there is one.
    pub async fn decision(&self, ctx: &Ctx, id: &InstanceId) -> Result<Option<Decision>> {
        todo!()
    }
    /// The end of the serial console's log; empty until the guest has started.
    pub async fn console_log(&self, ctx: &Ctx, id: &InstanceId, max_bytes: u64) -> Result<String> {
        todo!()
    }
}
