//! dnsmasq: one per network, with a fixed lease per port. It outlives the agent, which finds it by its pid file.

mod config;
mod forwarder;
mod process;

pub use self::forwarder::Forwarder;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tokio::fs;

use self::config::{arguments, hosts, names, options, without_stale};
use self::process::Process;
use crate::agent::command::run;
use crate::agent::files::{self, io_error, write_whole};
use crate::bus::contract::NetworkPlan;
use crate::model::Result;

/// Makes dnsmasq serve the network as planned.
///
/// # Errors
/// When its files cannot be written, or it does not start.
pub async fn ensure(plan: &NetworkPlan, netns: &str, directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).await.map_err(|error| io_error(directory, error))?;
    // dnsmasq reads its files again as the user nobody.
    set_mode(directory, 0o755).await?;
    let hosts = hosts(plan);
    let changed = replace(&directory.join("hosts"), &hosts).await?;
    let changed = replace(&directory.join("options"), &options(plan)).await? || changed;
    let changed = replace(&directory.join("names"), &names(plan)).await? || changed;

    let arguments = arguments(plan, directory);
    let leases = read(&directory.join("leases")).await?;
    let kept = without_stale(&leases, &hosts);
    match Process::find(&directory.join("pid")).await {
        // A lease that is still held would keep its address from the next port that gets it, and only dnsmasq itself
        // knows all leases while it runs.
        Some(process) if process.runs_with(&arguments) && process.is_in(netns) && kept == leases => {
            if changed {
                process.hang_up();
            }
            return Ok(());
        }
        Some(process) => process.stop().await,
        None => {}
    }
    if kept != leases {
        write_whole(&directory.join("leases"), kept.as_bytes()).await?;
    }
    let command: Vec<&str> =
        ["netns", "exec", netns, "dnsmasq"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    run("ip", &command).await.map(drop)
}

/// Stops dnsmasq and removes its files.
///
/// # Errors
/// When the files cannot be removed.
pub async fn remove(directory: &Path) -> Result<()> {
    if let Some(process) = Process::find(&directory.join("pid")).await {
        process.stop().await;
    }
    files::remove(directory).await
}

async fn replace(path: &Path, text: &str) -> Result<bool> {
    if read(path).await? == text && fs::try_exists(path).await.unwrap_or(false) {
        return Ok(false);
    }
    write_whole(path, text.as_bytes()).await?;
    set_mode(path, 0o644).await?;
    Ok(true)
}

async fn read(path: &Path) -> Result<String> {
    match fs::read_to_string(path).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(|error| io_error(path, error)),
    }
}

async fn set_mode(path: &Path, mode: u32) -> Result<()> {
    let permissions = std::fs::Permissions::from_mode(mode);
    fs::set_permissions(path, permissions).await.map_err(|error| io_error(path, error))
}
