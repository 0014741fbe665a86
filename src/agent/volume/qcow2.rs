//! Snapshots inside of a qcow2 file: through the QEMU process that has it open, else by `qemu-img`.

use std::path::Path;

use tokio::fs;

use super::backend::Monitors;
use super::monitor::Node;
use super::qemu_img;
use crate::agent::files::io_error;
use crate::model::Result;

const FORMAT: &str = "qcow2";

/// Keeps what the file holds now. One of that name that is there is left as it is.
///
/// # Errors
/// [`crate::model::Reason::DiskFull`] or `VolumeDamaged`, and those of QEMU.
pub async fn snapshot(path: &Path, name: &str, monitors: &Monitors<'_>) -> Result<()> {
    // A second one of the same name would be made without a word.
    if qemu_img::info(path, FORMAT).await?.has(name) {
        return Ok(());
    }
    match Node::find(path, monitors).await? {
        Some(node) => node.writable()?.snapshot(name).await,
        None => {
            qemu_img::mend_leaks(path).await?;
            qemu_img::snapshot(path, name).await
        }
    }
}

/// Removes a snapshot; none of that name, or no such file, is fine.
///
/// # Errors
/// As [`snapshot`].
pub async fn delete_snapshot(path: &Path, name: &str, monitors: &Monitors<'_>) -> Result<()> {
    let is_there = fs::try_exists(path).await.map_err(|error| io_error(path, error))?;
    if !is_there || !qemu_img::info(path, FORMAT).await?.has(name) {
        return Ok(());
    }
    match Node::find(path, monitors).await? {
        Some(node) => node.writable()?.delete_snapshot(name).await,
        None => {
            qemu_img::delete_snapshot(path, name).await?;
            qemu_img::mend_leaks(path).await
        }
    }
}
