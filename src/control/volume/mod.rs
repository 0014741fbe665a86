//! Block volumes: the records. The agent of the host on which a volume lies makes them real.

mod create;
mod delete;
pub(in crate::control) mod exports;
mod extend;
pub(in crate::control) mod holding;
pub(in crate::control) mod messages;
mod metadata;
mod placement;
mod pools;
mod quota;
mod seed;
mod snapshots;
mod source;
#[cfg(test)]
mod tests;
mod transfers;
mod type_access;
mod types;
mod upload;
mod volumes;
pub(in crate::control) mod work;

use std::sync::Arc;

pub use delete::Deleting;
pub use pools::Pool;
pub(in crate::control) use seed::seed;
pub(in crate::control) use upload::inherited;
pub(in crate::control) use volumes::{is, own_volume, state};

use super::Ctx;
use super::image::ImageService;
use super::policy;
use super::shared::Shared;
use super::store::{instances, volume_plans};
use crate::bus::contract::AttachmentPlan;
use crate::model::live::Change;
use crate::model::volume::Volume;
use crate::model::{Error, InstanceId, Noun, Result};

/// The volume service.
#[derive(Clone)]
pub struct VolumeService {
    shared: Arc<Shared>,
    image: ImageService,
}

impl VolumeService {
    pub(in crate::control) fn new(shared: Arc<Shared>, image: ImageService) -> Self {
        Self { shared, image }
    }

    /// The volumes that an instance was asked to have, with how to reach them from `host`. Hosts that hold some of them
    /// serve them from now on.
    ///
    /// # Errors
    /// `NotFound` unless the caller may see the instance; the refusal of a host that cannot serve one.
    pub async fn connections(&self, ctx: &Ctx, instance: &InstanceId, host: &str) -> Result<Vec<AttachmentPlan>> {
        let unknown = || Error::not_found(Noun::Instance, instance.as_str());
        let record = instances::find(self.shared.db.read(), instance).await?.ok_or_else(unknown)?;
        policy::visible(ctx, &record.instance.project_id, Noun::Instance, instance.as_str())?;
        exports::serve(&self.shared, &ctx.request_id, instance, host).await?;
        volume_plans::of_instance(self.shared.db.read(), instance, host).await
    }
}

/// Tells the owner's pages that a volume changed; after the commit.
pub(in crate::control) fn tell(shared: &Shared, volume: &Volume) {
    let project_id = Some(volume.project_id.clone());
    shared.spread(Change { noun: Noun::Volume, id: volume.id.to_string(), project_id, version: 0 });
}

fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
