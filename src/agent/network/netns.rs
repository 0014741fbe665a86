//! Network namespaces, kept by `ip netns`.

use std::path::{Path, PathBuf};

use nix::sched::{CloneFlags, setns};
use nix::sys::stat::stat;
use nix::sys::statfs::{NSFS_MAGIC, statfs};
use nix::unistd::Pid;
use tokio::sync::oneshot;

use crate::agent::command::run;
use crate::agent::files;
use crate::model::{NetworkId, Reason, Result, RouterId};

/// The namespace in which a network's DHCP server lives, named as Neutron names it.
pub fn name(network: &NetworkId) -> String {
    format!("qdhcp-{network}")
}

/// The namespace of a router, named as Neutron names it.
pub fn of_router(router: &RouterId) -> String {
    format!("qrouter-{router}")
}

/// Makes the namespace be there.
///
/// # Errors
/// When `ip` fails.
pub async fn ensure(name: &str) -> Result<()> {
    if exists(name) {
        return Ok(());
    }
    // What a namespace that was unmounted leaves is an empty file, which would be in the way.
    files::remove(&path(name)).await?;
    run("ip", &["netns", "add", name]).await?;
    run("ip", &["-netns", name, "link", "set", "dev", "lo", "up"]).await.map(drop)
}

/// Removes the namespace and every device in it; gone already is fine.
///
/// # Errors
/// When `ip` fails.
pub async fn delete(name: &str) -> Result<()> {
    if exists(name) {
        run("ip", &["netns", "delete", name]).await?;
    }
    files::remove(&path(name)).await
}

/// Whether a process is in the namespace that has this name now.
pub fn holds(name: &str, process: Pid) -> bool {
    let identity = |path: PathBuf| stat(&path).ok().map(|found| (found.st_dev, found.st_ino));
    identity(path(name)).is_some_and(|this| identity(format!("/proc/{process}/ns/net").into()) == Some(this))
}

/// Does something on a thread that is in the namespace. Below `/proc/sys/net` it finds the namespace's own settings.
///
/// # Errors
/// When there is no such namespace, or as what is done.
pub async fn inside<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T> {
    let path = path(name);
    let (tell, told) = oneshot::channel();
    let there = move || {
        let namespace = std::fs::File::open(&path)?;
        setns(namespace, CloneFlags::CLONE_NEWNET)?;
        work()
    };
    // A thread of its own, which ends: it could not be used for anything else.
    std::thread::spawn(move || tell.send(there()));
    let why = |why: String| Reason::Unavailable { part: format!("network namespace {name}"), why };
    match told.await {
        Ok(done) => done.map_err(|error| why(error.to_string()).into()),
        Err(error) => Err(why(error.to_string()).into()),
    }
}

/// Whether there is such a namespace.
pub fn exists(name: &str) -> bool {
    statfs(&path(name)).is_ok_and(|found| found.filesystem_type() == NSFS_MAGIC)
}

/// The file that stands for the namespace.
pub fn path(name: &str) -> PathBuf {
    Path::new("/run/netns").join(name)
}
