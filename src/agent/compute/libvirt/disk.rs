//! Disks and console logs as QEMU needs them.

use std::os::unix::fs::chown;
use std::path::Path;

use nix::fcntl::OFlag;
use nix::sys::statvfs::statvfs;
use serde_json::Value;
use tokio::fs;

use super::super::hypervisor::NewDisk;
use crate::agent::command::{run, said};
use crate::agent::files::{self, disk_full, io_error, says_disk_full};
use crate::agent::qemu_user::qemu_user;
use crate::model::image::DiskFormat;
use crate::model::{Error, Reason, Result};

/// A halted guest goes on when this much is free: enough for more than the write that failed.
const ROOM: u64 = 64 << 20;

/// Whether guests whose disks are in `directory` can write.
pub fn has_room(directory: &Path) -> bool {
    statvfs(directory).is_ok_and(|found| found.blocks_available() * found.fragment_size() >= ROOM)
}

/// Refuses an image that points at other files. The image service did the same; but it is this host's files that
/// would be read.
///
/// # Errors
/// [`Reason::ImageHasBackingFile`], [`Reason::ImageHasDataFile`] or [`Reason::ImageDamaged`].
pub async fn check_image(data: &Path, format: DiskFormat) -> Result<()> {
    let path = data.display().to_string();
    let told = run("qemu-img", &["info", "--output=json", "-f", format.as_str(), &path]).await;
    let text =
        told.map_err(|error| Error::because(Reason::ImageDamaged { why: "qemu-img cannot read it".into() }, error))?;
    let info: Value = serde_json::from_str(&text).map_err(Error::internal)?;
    if let Some(backing) = info["backing-filename"].as_str() {
        return Err(Reason::ImageHasBackingFile { backing: backing.to_owned() }.into());
    }
    match info["format-specific"]["data"]["data-file"].as_str() {
        Some(data_file) => Err(Reason::ImageHasDataFile { data_file: data_file.to_owned() }.into()),
        None => Ok(()),
    }
}

/// Makes a qcow2 overlay over an image.
///
/// # Errors
/// [`Reason::DiskFull`], or what `qemu-img` says.
pub async fn make(disk: &NewDisk) -> Result<()> {
    files::remove(&disk.path).await?;
    let (path, base) = (disk.path.display().to_string(), disk.base.display().to_string());
    let size = disk.size_gb.map(|gigabytes| format!("{gigabytes}G"));
    let mut arguments = vec!["create", "-q", "-f", "qcow2", "-F", disk.format.as_str(), "-b", &base, &path];
    arguments.extend(size.as_deref());
    run("qemu-img", &arguments).await.map(drop).map_err(|error| {
        if says_disk_full(&said(&error)) { Error::because(disk_full(&disk.path), error) } else { error }
    })
}

/// Whether files in the directory can be opened past the page cache; tmpfs, for one, cannot.
pub async fn takes_direct_io(directory: &Path) -> bool {
    let probe = directory.join("direct-io");
    let opened = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .custom_flags(OFlag::O_DIRECT.bits())
        .open(&probe)
        .await;
    let _ = fs::remove_file(&probe).await;
    opened.is_ok()
}

/// Creates the console log for QEMU's user: where no virtlogd writes it, QEMU itself does.
///
/// # Errors
/// When the file cannot be created or given away.
pub async fn prepare_console_log(path: &Path) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    options.open(path).await.map_err(|error| io_error(path, error))?;
    match qemu_user() {
        Some(user) => chown(path, Some(user.uid.as_raw()), None).map_err(|error| io_error(path, error)),
        None => Ok(()),
    }
}
