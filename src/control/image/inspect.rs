//! Looks at uploaded data before anything may start from it.
//!
//! The file is hostile until proven otherwise: a qcow2 header can point at any file of the host (CVE-2024-32498), so
//! `qemu-img` runs with bounded time and memory, and nothing that points outside itself is let in.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::model::image::DiskFormat;
use crate::model::{Error, Reason, Result};

const QCOW2_MAGIC: [u8; 4] = *b"QFI\xfb";
const SECTOR: u64 = 512;
/// A disk that no flavor can hold is not one that somebody means.
const MAX_VIRTUAL_SIZE: i64 = 64 << 40;
const PATIENCE: Duration = Duration::from_secs(60);
/// Address space of `qemu-img`, in KiB.
const MEMORY_KIB: u64 = 2 << 20;
/// CPU time of `qemu-img`, in seconds.
const CPU_SECONDS: u64 = 30;

/// Checks that the file is a whole disk of `said` format that stands on its own; returns the size that a guest sees.
pub(super) async fn inspect(path: &Path, said: DiskFormat) -> Result<i64> {
    let size = tokio::fs::metadata(path).await.map_err(Error::internal)?.len();
    if size == 0 {
        return Err(damaged("it is empty"));
    }
    let found = probe(path).await?;
    match said {
        // What the last sector lacks, a guest reads as zeros.
        DiskFormat::Raw if found == "raw" => Ok(size.next_multiple_of(SECTOR) as i64),
        DiskFormat::Qcow2 if found == "qcow2" => whole_qcow2(path, size).await,
        _ => Err(Reason::ImageFormatMismatch { said: said.to_string(), found }.into()),
    }
}

/// What the file is by its own first bytes. `qemu-img` names the formats that it knows; a qcow2 is told by us, so that
/// a damaged one is called damaged and not something else.
async fn probe(path: &Path) -> Result<String> {
    let mut magic = [0; 4];
    let mut file = tokio::fs::File::open(path).await.map_err(Error::internal)?;
    if file.read_exact(&mut magic).await.is_ok() && magic == QCOW2_MAGIC {
        return Ok("qcow2".to_owned());
    }
    let info = qemu_img(&["info", "--output=json"], path).await?;
    Ok(info["format"].as_str().unwrap_or("raw").to_owned())
}

async fn whole_qcow2(path: &Path, size: u64) -> Result<i64> {
    let info = qemu_img(&["info", "--output=json", "-f", "qcow2"], path).await?;
    if let Some(backing) = info["backing-filename"].as_str() {
        return Err(Reason::ImageHasBackingFile { backing: backing.to_owned() }.into());
    }
    let data = &info["format-specific"]["data"];
    if let Some(data_file) = data["data-file"].as_str() {
        return Err(Reason::ImageHasDataFile { data_file: data_file.to_owned() }.into());
    }
    if data["corrupt"].as_bool() == Some(true) {
        return Err(damaged("its header says so"));
    }
    let virtual_size = info["virtual-size"].as_i64().unwrap_or_default();
    if !(1..=MAX_VIRTUAL_SIZE).contains(&virtual_size) {
        return Err(damaged(&format!("its virtual size is {virtual_size} bytes")));
    }
    let check = qemu_img(&["check", "--output=json", "-f", "qcow2"], path).await?;
    for (what, count) in [("corruptions", &check["corruptions"]), ("errors", &check["check-errors"])] {
        if let Some(count) = count.as_u64().filter(|count| *count > 0) {
            return Err(damaged(&format!("qemu-img check finds {count} {what}")));
        }
    }
    // A file cut short can still have whole tables: its last cluster must be there. It need not be filled where it
    // holds compressed data or, in a disk without any data, the last table; the end that `qemu-img` tells is.
    let some = |count: &str| check[count].as_u64().is_some_and(|count| count > 0);
    let filled = some("allocated-clusters") && !some("compressed-clusters");
    let padding = if filled { 0 } else { info["cluster-size"].as_u64().unwrap_or_default() };
    match check["image-end-offset"].as_u64() {
        Some(end) if end > size + padding => Err(damaged(&format!("{size} of {end} bytes are there"))),
        _ => Ok(virtual_size),
    }
}

/// Runs `qemu-img` on a file that may be hostile.
async fn qemu_img(arguments: &[&str], path: &Path) -> Result<Value> {
    let mut command = Command::new("prlimit");
    command
        .args([format!("--as={}", MEMORY_KIB * 1024), format!("--cpu={CPU_SECONDS}"), "qemu-img".to_owned()])
        .args(arguments)
        .arg(path)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = match tokio::time::timeout(PATIENCE, command.output()).await {
        Ok(output) => {
            output.map_err(|error| Reason::Unavailable { part: "qemu-img".into(), why: error.to_string() })?
        }
        Err(_) => return Err(damaged("looking at it takes too long")),
    };
    match serde_json::from_slice(&output.stdout) {
        Ok(answer) => Ok(answer),
        Err(_) => Err(damaged(&complaint(&output.stderr, path))),
    }
}

/// The last line of what `qemu-img` complained of, without our own path.
fn complaint(stderr: &[u8], path: &Path) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("qemu-img cannot read it");
    let line = line.replace(&path.display().to_string(), "the file");
    line.trim_start_matches("qemu-img: ").to_owned()
}

fn damaged(why: &str) -> Error {
    Reason::ImageDamaged { why: why.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn make(dir: &Path, name: &str, arguments: &[&str]) -> PathBuf {
        let path = dir.join(name);
        let mut command = std::process::Command::new("qemu-img");
        command.arg("create").arg("-q").args(arguments).arg(&path).arg("4M");
        assert!(command.status().expect("qemu-img runs").success(), "{arguments:?}");
        path
    }

    async fn refusal(path: &Path, said: DiskFormat) -> Reason {
        inspect(path, said).await.expect_err("a refusal").reason
    }

    #[tokio::test]
    async fn whole_disks_are_let_in_with_the_size_that_a_guest_sees() {
        let dir = tempfile::tempdir().expect("a directory");
        let qcow2 = make(dir.path(), "whole.qcow2", &["-f", "qcow2"]);
        let raw = make(dir.path(), "whole.raw", &["-f", "raw"]);
        assert_eq!(inspect(&qcow2, DiskFormat::Qcow2).await, Ok(4 << 20));
        assert_eq!(inspect(&raw, DiskFormat::Raw).await, Ok(4 << 20));
    }

    #[tokio::test]
    async fn a_compressed_disk_need_not_fill_its_last_cluster() {
        let dir = tempfile::tempdir().expect("a directory");
        let (raw, compressed) = (dir.path().join("plain.raw"), dir.path().join("compressed.qcow2"));
        let content: Vec<u8> = (0..4 << 20).map(|index: u32| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        std::fs::write(&raw, content).expect("a file");
        let mut convert = std::process::Command::new("qemu-img");
        convert.args(["convert", "-f", "raw", "-O", "qcow2", "-c"]).arg(&raw).arg(&compressed);
        assert!(convert.status().expect("qemu-img runs").success());
        let size = std::fs::metadata(&compressed).expect("a file").len();
        assert_ne!(size % 65_536, 0, "the last cluster is full, so this shows nothing");
        assert_eq!(inspect(&compressed, DiskFormat::Qcow2).await, Ok(4 << 20));

        let half = std::fs::OpenOptions::new().write(true).open(&compressed).expect("a file");
        half.set_len(size / 2).expect("a shorter file");
        assert!(matches!(refusal(&compressed, DiskFormat::Qcow2).await, Reason::ImageDamaged { .. }));
    }

    #[tokio::test]
    async fn a_disk_of_another_format_is_called_by_its_own() {
        let dir = tempfile::tempdir().expect("a directory");
        let qcow2 = make(dir.path(), "a", &["-f", "qcow2"]);
        let raw = make(dir.path(), "b", &["-f", "raw"]);
        let vdi = make(dir.path(), "c", &["-f", "vdi"]);
        let mismatch = |said: &str, found: &str| Reason::ImageFormatMismatch { said: said.into(), found: found.into() };
        assert_eq!(refusal(&qcow2, DiskFormat::Raw).await, mismatch("raw", "qcow2"));
        assert_eq!(refusal(&raw, DiskFormat::Qcow2).await, mismatch("qcow2", "raw"));
        assert_eq!(refusal(&vdi, DiskFormat::Raw).await, mismatch("raw", "vdi"));
    }

    #[tokio::test]
    async fn what_points_outside_itself_is_refused_by_name() {
        let dir = tempfile::tempdir().expect("a directory");
        let backed = make(dir.path(), "backed", &["-f", "qcow2", "-u", "-F", "raw", "-b", "/etc/passwd"]);
        assert_eq!(
            refusal(&backed, DiskFormat::Qcow2).await,
            Reason::ImageHasBackingFile { backing: "/etc/passwd".into() }
        );
        let elsewhere = format!("data_file={}", dir.path().join("data").display());
        let split = make(dir.path(), "split", &["-f", "qcow2", "-o", &elsewhere]);
        assert!(matches!(refusal(&split, DiskFormat::Qcow2).await, Reason::ImageHasDataFile { .. }));
    }

    #[tokio::test]
    async fn a_disk_cut_short_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let cut = make(dir.path(), "cut", &["-f", "qcow2", "-o", "preallocation=full"]);
        std::fs::OpenOptions::new()
            .write(true)
            .open(&cut)
            .and_then(|file| file.set_len(1 << 20))
            .expect("a shorter file");
        assert!(matches!(refusal(&cut, DiskFormat::Qcow2).await, Reason::ImageDamaged { .. }));
        for (name, bytes) in [("empty", 0), ("odd", 1000)] {
            let path = dir.path().join(name);
            std::fs::write(&path, vec![1; bytes]).expect("a file");
            assert!(matches!(refusal(&path, DiskFormat::Raw).await, Reason::ImageDamaged { .. }), "{name}");
        }
        let header_only = dir.path().join("header");
        std::fs::write(&header_only, QCOW2_MAGIC).expect("a file");
        assert!(matches!(refusal(&header_only, DiskFormat::Qcow2).await, Reason::ImageDamaged { .. }));
    }
}
