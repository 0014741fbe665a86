//! The state directory, and who may use it at the same time.

use std::fs::File;
use std::path::Path;

use anyhow::Context as _;
use nix::fcntl::{Flock, FlockArg};

/// How a process uses the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Alone: everything in one process.
    Alone,
    /// With other roles beside it.
    Shared,
}

/// Makes the directory and sees to it that nobody else uses it in a way that does not go together with ours.
///
/// # Errors
/// A sentence for the operator when it cannot be used, or somebody else uses it.
pub fn take(path: &Path, usage: Use) -> anyhow::Result<Flock<File>> {
    let how = match usage {
        Use::Alone => FlockArg::LockExclusiveNonblock,
        Use::Shared => FlockArg::LockSharedNonblock,
    };
    lock(path, "lock", how)
}

/// One agent at a time keeps a host's guests.
///
/// # Errors
/// As [`take`].
pub fn take_host(path: &Path) -> anyhow::Result<Flock<File>> {
    lock(path, "host.lock", FlockArg::LockExclusiveNonblock)
}

/// Whether no other process serves images from the directory. Whoever asks does from now on.
///
/// # Errors
/// As [`take`].
pub fn serve_images(path: &Path) -> anyhow::Result<(bool, Flock<File>)> {
    match lock(path, "images.lock", FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Ok((true, lock)),
        Err(_) => Ok((false, lock(path, "images.lock", FlockArg::LockShared)?)),
    }
}

fn lock(path: &Path, name: &str, how: FlockArg) -> anyhow::Result<Flock<File>> {
    std::fs::create_dir_all(path)
        .with_context(|| format!("cannot make the state directory {}: set ARCUS_STATE_DIR", path.display()))?;
    let options = File::options().read(true).write(true).create(true).truncate(false).open(path.join(name));
    let file = options.with_context(|| format!("cannot write to the state directory {}", path.display()))?;
    Flock::lock(file, how)
        .map_err(|(_, errno)| anyhow::anyhow!("another arcus uses {} ({errno}): stop it first", path.display()))
}
