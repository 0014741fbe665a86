//! What a host is told of volumes, and what it tells of them.

use super::spec::placed_on;
use crate::bus::contract::{AttachmentNews, AttachmentPlan, VolumeNews, VolumePlan};
use crate::control::shared::Shared;
use crate::model::{AttachmentId, InstanceId, Result, VolumeId};

/// The volumes of an instance on the host.
///
/// # Errors
/// `NotFound` unless the instance is placed on that host.
pub async fn of_instance(shared: &Shared, host: &str, id: &InstanceId) -> Result<Vec<AttachmentPlan>> {
    placed_on(shared, host, id).await?;
    Ok(Vec::new())
}

/// A volume that lies on the host.
pub async fn on_host(_: &Shared, _host: &str, _: &VolumeId) -> Result<Option<VolumePlan>> {
    Ok(None)
}

/// Every volume that lies on the host.
pub async fn all_on_host(_: &Shared, _host: &str) -> Result<Vec<VolumePlan>> {
    Ok(Vec::new())
}

/// What became of work on a volume.
pub async fn news(_: &Shared, _host: &str, _: &VolumeId, _request_id: &str, _: VolumeNews) -> Result<()> {
    Ok(())
}

/// What became of an attachment.
pub async fn attachment_news(
    shared: &Shared,
    host: &str,
    instance: &InstanceId,
    _: &AttachmentId,
    _request_id: &str,
    _: AttachmentNews,
) -> Result<()> {
    placed_on(shared, host, instance).await.map(drop)
}
