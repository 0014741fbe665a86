//! Looks at the host's network without changing it.

use ipnet::Ipv4Net;

use super::host_network::obstacle;
use super::link;

/// Why the host's own network cannot have this address; none if it can, or already has.
///
/// # Errors
/// When `ip` cannot be asked.
pub async fn host_network_obstacle(address: Ipv4Net) -> Result<Option<String>, String> {
    let links = link::all().await.map_err(|error| error.to_string())?;
    Ok(obstacle(&links, address, None))
}

/// Whether this host has a device of that name.
pub async fn device_exists(name: &str) -> bool {
    link::all().await.is_ok_and(|links| link::find(&links, name).is_some())
}
