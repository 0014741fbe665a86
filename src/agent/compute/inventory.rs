//! What this host has, told to the conductor again and again.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::statvfs::statvfs;

use super::Host;
use super::hypervisor::Facts;
use super::way::way_to;
use crate::model::host::Inventory;

/// Tells the conductor at once and then regularly that this host lives, and what it has.
pub async fn keep_heartbeats(host: Arc<Host>, availability_zone: String, api_url: String, every: Duration) {
    let mut known = None;
    loop {
        // Asked each time: a machine may get another address.
        let address = way_to(&api_url).await.ok();
        let inventory = take(&host, &availability_zone, address, &mut known).await;
        if let Err(unanswered) = host.conductor.heartbeat(inventory).await {
            tracing::warn!(%unanswered, "a heartbeat was not heard");
        }
        tokio::time::sleep(every).await;
    }
}

/// The inventory of this moment. While the hypervisor does not answer, what was last known of it.
async fn take(host: &Host, availability_zone: &str, address: Option<IpAddr>, known: &mut Option<Facts>) -> Inventory {
    let trouble = match host.hypervisor.facts().await {
        Ok(facts) => {
            *known = Some(facts);
            None
        }
        Err(error) => Some(error.to_string()),
    };
    let facts = known.clone().unwrap_or_else(of_this_machine);
    Inventory {
        host: host.conductor.host().to_owned(),
        availability_zone: availability_zone.to_owned(),
        address,
        guests: host.hypervisor.runs_guests(),
        hypervisor_type: facts.kind,
        hypervisor_version: facts.version,
        arch: facts.arch,
        vcpus: facts.vcpus,
        ram_mb: facts.ram_mb,
        disk_gb: facts.disk_gb.unwrap_or_else(|| disk_gb(&host.layout.instances())),
        physical_networks: host.wiring.physical_networks(),
        volume_pool: host.volumes.backend.pool().await,
        trouble,
    }
}

/// What can be said of a machine whose hypervisor never answered.
fn of_this_machine() -> Facts {
    Facts {
        kind: "QEMU".into(),
        version: 0,
        arch: std::env::consts::ARCH.into(),
        vcpus: std::thread::available_parallelism().map_or(1, |count| i64::try_from(count.get()).unwrap_or(i64::MAX)),
        ram_mb: 0,
        disk_gb: None,
    }
}

/// The size of the file system that holds `directory`, in GiB.
fn disk_gb(directory: &Path) -> i64 {
    let size = statvfs(directory).map_or(0, |found| found.blocks() * found.fragment_size());
    i64::try_from(size >> 30).unwrap_or(i64::MAX)
}
