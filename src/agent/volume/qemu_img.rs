//! `qemu-img`, as far as volumes need it.

use std::path::Path;

use serde::Deserialize;

use crate::agent::command::{run, run_watched, said};
use crate::agent::files::{disk_full, says_disk_full};
use crate::agent::percent::Percent;
use crate::model::image::DiskFormat;
use crate::model::{Error, Reason, Result};

/// What `qemu-img info` says of a disk.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Info {
    /// Bytes that a guest sees.
    pub virtual_size: u64,
    #[serde(default)]
    pub snapshots: Vec<InternalSnapshot>,
}

/// A snapshot inside a qcow2 file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct InternalSnapshot {
    pub name: String,
}

impl Info {
    /// Whether the file has a snapshot of this name.
    pub fn has(&self, snapshot: &str) -> bool {
        self.snapshots.iter().any(|found| found.name == snapshot)
    }
}

/// Looks at a disk, whether or not a guest has it open.
///
/// # Errors
/// [`Reason::VolumeDamaged`] when it cannot be read.
pub async fn info(path: &Path, format: &str) -> Result<Info> {
    let file = path.display().to_string();
    let told = run("qemu-img", &["info", "-U", "--output=json", "-f", format, &file]).await;
    let told = told.map_err(|error| explained(path, error))?;
    serde_json::from_str(&told).map_err(Error::internal)
}

/// Makes an empty disk.
///
/// # Errors
/// [`Reason::DiskFull`] or [`Reason::VolumeDamaged`].
pub async fn create(path: &Path, format: DiskFormat, bytes: u64) -> Result<()> {
    let (file, size) = (path.display().to_string(), bytes.to_string());
    change(path, &["create", "-q", "-f", format.as_str(), &file, &size]).await
}

/// Copies a disk, or a snapshot in it, to a new file, together with what lies under it.
///
/// # Errors
/// As [`create`].
pub async fn convert(
    from: &Path,
    format: DiskFormat,
    snapshot: Option<&str>,
    to: &Path,
    to_format: DiskFormat,
    percent: &Percent,
) -> Result<()> {
    let (source, target) = (from.display().to_string(), to.display().to_string());
    let snapshot = snapshot.map(|name| format!("snapshot.name={name}"));
    // By default, a copy is only safe against a crash of this program, and not of the machine.
    let mut arguments = vec!["convert", "-p", "-t", "writeback", "-f", format.as_str(), "-O", to_format.as_str()];
    if let Some(snapshot) = &snapshot {
        arguments.extend(["-U", "-l", snapshot]);
    }
    arguments.extend([source.as_str(), target.as_str()]);
    watched(&arguments, percent).await.map_err(|error| explained(to, error))
}

/// Copies a disk to one that is there, holds nothing yet, and has room for it; both by the names that `qemu-img` has for them.
///
/// # Errors
/// As [`create`].
pub async fn copy_onto(from: &str, format: &str, to: &str, percent: &Percent) -> Result<()> {
    let arguments = ["convert", "-p", "-t", "writeback", "-n", "--target-is-zero", "-f", format, "-O", "raw", from, to];
    watched(&arguments, percent).await.map_err(|error| explained(Path::new(to), error))
}

async fn watched(arguments: &[&str], percent: &Percent) -> Result<()> {
    let show = |said: &str| {
        if let Some(now) = percent_in(said) {
            percent.set(now);
        }
    };
    run_watched("qemu-img", arguments, show).await
}

/// Gives a qcow2 file that nobody has open a size, which may be a smaller one.
///
/// # Errors
/// As [`create`].
pub async fn resize(path: &Path, bytes: u64) -> Result<()> {
    change(path, &["resize", "-q", "--shrink", "-f", "qcow2", &path.display().to_string(), &bytes.to_string()]).await
}

/// Takes an internal snapshot of a qcow2 file that nobody has open.
///
/// # Errors
/// As [`create`].
pub async fn snapshot(path: &Path, name: &str) -> Result<()> {
    change(path, &["snapshot", "-q", "-c", name, &path.display().to_string()]).await
}

/// Removes an internal snapshot of a qcow2 file that nobody has open.
///
/// # Errors
/// As [`create`].
pub async fn delete_snapshot(path: &Path, name: &str) -> Result<()> {
    change(path, &["snapshot", "-q", "-d", name, &path.display().to_string()]).await
}

/// Frees what a QEMU that died left marked as used.
///
/// # Errors
/// As [`create`].
pub async fn mend_leaks(path: &Path) -> Result<()> {
    change(path, &["check", "-q", "-f", "qcow2", "-r", "leaks", &path.display().to_string()]).await
}

async fn change(path: &Path, arguments: &[&str]) -> Result<()> {
    run("qemu-img", arguments).await.map(drop).map_err(|error| explained(path, error))
}

fn explained(path: &Path, error: Error) -> Error {
    let reason = match &error.reason {
        _ if says_disk_full(&said(&error)) => disk_full(path),
        Reason::ProgramFailed { program, why } => Reason::VolumeDamaged { why: format!("{program}: {why}") },
        other => Reason::VolumeDamaged { why: other.to_string() },
    };
    Error::because(reason, error)
}

/// The last of `(12.34/100%)` in what was said.
fn percent_in(said: &str) -> Option<i64> {
    let (before, _) = said.rsplit_once("/100%")?;
    let (_, number) = before.rsplit_once('(')?;
    number.split('.').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::percent_in;

    #[test]
    fn the_last_percentage_counts() {
        assert_eq!(percent_in("    (0.00/100%)\r    (25.99/100%)\r"), Some(25));
        assert_eq!(percent_in("    (100.00/100%)\r\n"), Some(100));
        assert_eq!(percent_in("    (7"), None);
    }
}
