//! Files: errors that name the path, and writes that are whole or not at all.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::AsyncWriteExt;

use crate::model::{Error, Reason, Result};

/// An I/O error as people are told it; a full disk is said plainly.
pub fn io_error(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::because(disk_full(path), error),
        _ => Error::internal(format!("{}: {error}", path.display())),
    }
}

/// The reason for a full disk. People learn what it holds; where that is, is for the log.
pub fn disk_full(path: &Path) -> Reason {
    tracing::warn!(path = %path.display(), "the disk is full");
    Reason::DiskFull { path: content(path).to_owned() }
}

/// What lies at a path of this host. An image of a Ceph pool has a path that begins nowhere.
fn content(path: &Path) -> &'static str {
    let known = path.components().rev().find_map(|folder| match folder.as_os_str().to_str()? {
        "volumes" => Some("the volumes"),
        "instances" => Some("the instances"),
        "cache" | "uploads" => Some("the images"),
        _ => None,
    });
    let is_in_pool = path.is_relative() || path.starts_with("/dev");
    known.unwrap_or(if is_in_pool { "the volumes" } else { "Arcus's own files" })
}

/// Whether libvirt's, QEMU's or `qemu-img`'s own words speak of a full disk.
pub fn says_disk_full(words: &str) -> bool {
    words.contains("No space left on device") || words.contains("Disk quota exceeded")
}

/// Replaces a file in one step: whoever reads it sees the old or the new text, also after a crash.
///
/// # Errors
/// As [`io_error`].
pub async fn write_whole(path: &Path, text: &[u8]) -> Result<()> {
    let draft = draft_of(path);
    let written = async {
        let mut file = fs::File::create(&draft).await?;
        file.write_all(text).await?;
        file.sync_all().await?;
        fs::rename(&draft, path).await
    };
    written.await.map_err(|error| io_error(path, error))
}

fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// Removes a file or a whole directory; nothing there is fine.
///
/// # Errors
/// As [`io_error`].
pub async fn remove(path: &Path) -> Result<()> {
    let gone = match fs::symlink_metadata(path).await {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path).await,
        Ok(_) => fs::remove_file(path).await,
        Err(error) => Err(error),
    };
    match gone {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io_error(path, error)),
        _ => Ok(()),
    }
}

/// The names in a directory, sorted; none if it does not exist.
///
/// # Errors
/// As [`io_error`].
pub async fn names_in(directory: &Path) -> Result<Vec<String>> {
    let mut entries = match fs::read_dir(directory).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io_error(directory, error)),
    };
    let mut names = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(|error| io_error(directory, error))? {
        names.extend(entry.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_known_by_what_it_holds() {
        let content = |path: &str| content(Path::new(path));
        assert_eq!(content("/volumes/arcus/instances/i/disk"), "the instances");
        assert_eq!(content("/var/lib/arcus/uploads/image"), "the images");
        assert_eq!(content("/var/lib/arcus/dhcp/n/hosts"), "Arcus's own files");
        for volume in
            ["/var/lib/arcus/volumes/v.part", "/dev/vg/volume-1", "rbd:p/volume-1:conf=/etc/c.conf", "p/volume-1"]
        {
            assert_eq!(content(volume), "the volumes", "{volume}");
        }
    }
}
