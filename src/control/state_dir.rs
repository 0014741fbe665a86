//! The directories of the control side, and what goes wrong with files in them.

use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use crate::model::{Error, Reason, Result};

/// Makes what is missing: the state directory itself can be passed through (guests' disks lie below it), `keys/` and
/// `images/` belong to Arcus alone.
///
/// # Errors
/// As [`unusable`].
pub fn prepare(state_dir: &Path) -> Result<()> {
    make(state_dir, 0o711)?;
    for private in ["keys", "images"] {
        let path = state_dir.join(private);
        make(&path, 0o700)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o700)).map_err(|error| unusable(&path, error))?;
    }
    Ok(())
}

fn make(path: &Path, mode: u32) -> Result<()> {
    DirBuilder::new().recursive(true).mode(mode).create(path).map_err(|error| unusable(path, error))
}

/// The sentence for the operator: the disk is full, or `path` cannot be used and why.
pub fn unusable(path: &Path, error: io::Error) -> Error {
    let path = path.display().to_string();
    let reason = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Reason::DiskFull { path },
        _ => Reason::Unavailable { part: path, why: error.to_string() },
    };
    Error::because(reason, error)
}
