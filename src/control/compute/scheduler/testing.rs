//! Hosts for the tests of filters and weighers.

use std::sync::LazyLock;

use crate::model::Timestamp;
use crate::model::host::{Host, Inventory};

/// The moment at which the tests take place.
pub static NOW: LazyLock<Timestamp> = LazyLock::new(|| Timestamp::UNIX_EPOCH + chrono::TimeDelta::days(20_000));

/// An idle, healthy QEMU host in zone `nova`.
pub fn host(name: &str, vcpus: i64, ram_mb: i64, disk_gb: i64) -> Host {
    Host {
        inventory: Inventory {
            host: name.to_owned(),
            availability_zone: "nova".to_owned(),
            address: None,
            guests: true,
            hypervisor_type: "QEMU".to_owned(),
            hypervisor_version: 10_000_000,
            arch: "x86_64".to_owned(),
            vcpus,
            ram_mb,
            disk_gb,
            physical_networks: Vec::new(),
            volume_pool: None,
            trouble: None,
        },
        enabled: true,
        disabled_reason: None,
        last_heartbeat: *NOW,
        alive: true,
        vcpus_used: 0,
        ram_mb_used: 0,
        disk_gb_used: 0,
        pool_gb_used: 0,
        instances: 0,
    }
}
