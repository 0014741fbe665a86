//! The `openrc` files of the first start.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::control::access::Access;

/// Writes one so that only its owner can read it, from the first byte on.
///
/// # Errors
/// As the file system says.
pub fn write(path: &Path, access: &Access<'_>, password: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(access.openrc(Some(password)).as_bytes())?;
    file.sync_all()
}
