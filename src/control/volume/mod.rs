//! Volumes. The question of launch steps 26 to 28 is asked and answered; so far no instance can be asked to have one.

use super::Ctx;
use super::compute::ComputeApi;
use crate::bus::contract::AttachmentPlan;
use crate::model::{InstanceId, Result};

/// The volume service.
#[derive(Clone)]
pub struct VolumeService {
    compute: ComputeApi,
}

impl VolumeService {
    pub(in crate::control) fn new(compute: ComputeApi) -> Self {
        Self { compute }
    }

    /// The volumes that an instance was asked to have, with how to reach them from `host`.
    ///
    /// # Errors
    /// `NotFound` unless the caller may see the instance.
    pub async fn connections(&self, ctx: &Ctx, instance: &InstanceId, host: &str) -> Result<Vec<AttachmentPlan>> {
        self.compute.visible(ctx, instance).await?;
        tracing::debug!(%instance, host, "asked for volumes; there are none yet");
        Ok(Vec::new())
    }
}
