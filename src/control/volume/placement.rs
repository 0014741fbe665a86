//! On which host a new volume is to lie.

use crate::control::shared::Shared;
use crate::control::store::{Tx, hosts};
use crate::model::host::Host;
use crate::model::{Reason, Result};

/// Where a volume can lie.
pub struct Place {
    pub host: String,
    pub zone: String,
}

/// The host with the most free space among those that take something new; in `zone`, if one is named.
///
/// # Errors
/// `NoRoomForVolume`.
pub async fn roomiest(shared: &Shared, tx: &mut Tx, size_gb: i64, zone: Option<&str>) -> Result<Place> {
    let hosts = hosts::list(&mut **tx, shared.alive_since()).await?;
    let takes = |host: &&Host| {
        host.alive
            && host.enabled
            && host.inventory.trouble.is_none()
            && zone.is_none_or(|zone| zone == host.inventory.availability_zone)
            && free_gb(shared, host) >= size_gb
    };
    let chosen = hosts.iter().filter(takes).max_by_key(|host| free_gb(shared, host));
    chosen.map(place).ok_or_else(|| Reason::NoRoomForVolume { size: size_gb }.into())
}

/// The host that holds what the volume is a copy of; nobody else reaches it.
///
/// # Errors
/// `NoRoomForVolume`.
pub async fn beside(shared: &Shared, tx: &mut Tx, size_gb: i64, host: Option<&str>) -> Result<Place> {
    let hosts = hosts::list(&mut **tx, shared.alive_since()).await?;
    let found = hosts.iter().find(|known| Some(known.inventory.host.as_str()) == host);
    let fits = found.filter(|host| free_gb(shared, host) >= size_gb);
    fits.map(place).ok_or_else(|| Reason::NoRoomForVolume { size: size_gb }.into())
}

/// GiB that can still be promised of where a host's volumes lie.
pub fn free_gb(shared: &Shared, host: &Host) -> i64 {
    let used = if host.inventory.volume_pool.is_some() { host.pool_gb_used } else { host.disk_gb_used };
    capacity_gb(shared, host) - used
}

/// GiB that can be promised of where a host's volumes lie in all.
pub fn capacity_gb(shared: &Shared, host: &Host) -> i64 {
    let total = host.inventory.volume_pool.as_ref().map_or(host.inventory.disk_gb, |pool| pool.capacity_gb);
    (total as f64 * shared.settings.disk_ratio) as i64
}

fn place(host: &Host) -> Place {
    Place { host: host.inventory.host.clone(), zone: host.inventory.availability_zone.clone() }
}
