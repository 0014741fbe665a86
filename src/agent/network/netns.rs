//! Network namespaces, kept by `ip netns`.

use std::path::{Path, PathBuf};

use tokio::fs;

use crate::agent::command::run;
use crate::model::{NetworkId, Result};

/// The namespace in which a network's DHCP server lives, named as Neutron names it.
pub fn name(network: &NetworkId) -> String {
    format!("qdhcp-{network}")
}

/// Makes the namespace be there.
///
/// # Errors
/// When `ip` fails.
pub async fn ensure(name: &str) -> Result<()> {
    if exists(name).await {
        return Ok(());
    }
    run("ip", &["netns", "add", name]).await?;
    run("ip", &["-netns", name, "link", "set", "dev", "lo", "up"]).await.map(drop)
}

/// Removes the namespace and every device in it; gone already is fine.
///
/// # Errors
/// When `ip` fails.
pub async fn delete(name: &str) -> Result<()> {
    if !exists(name).await {
        return Ok(());
    }
    run("ip", &["netns", "delete", name]).await.map(drop)
}

/// Whether there is such a namespace.
pub async fn exists(name: &str) -> bool {
    fs::try_exists(path(name)).await.unwrap_or(false)
}

/// The file that stands for the namespace.
pub fn path(name: &str) -> PathBuf {
    Path::new("/run/netns").join(name)
}
