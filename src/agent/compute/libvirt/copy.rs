//! Copies of instances' disks, by way of a snapshot inside of the disk that exists only meanwhile.

use std::path::Path;

use crate::agent::compute::Hypervisor;
use crate::agent::percent::Percent;
use crate::agent::volume::{monitor, qcow2, qemu_img};
use crate::model::image::DiskFormat;
use crate::model::{InstanceId, Result};

/// How that snapshot is called.
const MOMENT: &str = "image";

/// Copies a disk, together with what lies under it.
///
/// # Errors
/// As [`qcow2::snapshot`].
pub async fn disk(
    hypervisor: &dyn Hypervisor,
    disk: &Path,
    id: &InstanceId,
    to: &Path,
    format: DiskFormat,
    percent: &Percent,
) -> Result<()> {
    // What an interrupted attempt left is of another moment.
    tidy(hypervisor, disk, id).await?;
    let guest = Vec::from_iter(monitor::of_guest(hypervisor, id).await?);
    qcow2::snapshot(disk, MOMENT, &guest).await?;
    let copied = qemu_img::convert(disk, DiskFormat::Qcow2, Some(MOMENT), to, format, percent).await;
    if let Err(error) = tidy(hypervisor, disk, id).await {
        tracing::warn!(instance = %id, %error, "a snapshot stays in the disk until the agent starts anew");
    }
    copied
}

/// Removes that snapshot.
///
/// # Errors
/// As [`qcow2::delete_snapshot`].
pub async fn tidy(hypervisor: &dyn Hypervisor, disk: &Path, id: &InstanceId) -> Result<()> {
    let guest = Vec::from_iter(monitor::of_guest(hypervisor, id).await?);
    qcow2::delete_snapshot(disk, MOMENT, &guest).await
}
