//! Compute hosts as the control side knows them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// What a host's agent reports with each heartbeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inventory {
    /// The host's name; also the suffix of its bus topics.
    pub host: String,
    pub availability_zone: String,
    /// Its own, on the way to the APIs.
    #[serde(default)]
    pub address: Option<IpAddr>,
    /// Whether it runs instances; else it carries networks and routers only.
    #[serde(default = "yes")]
    pub guests: bool,
    /// `QEMU`, `KVM` or `Xen`.
    pub hypervisor_type: String,
    /// libvirt's integer, such as 10000002 for 10.0.2.
    pub hypervisor_version: i64,
    /// CPU architecture in libvirt's spelling, such as `x86_64`.
    pub arch: String,
    pub vcpus: i64,
    /// Memory in MiB.
    pub ram_mb: i64,
    /// Space for instance disks in GiB.
    pub disk_gb: i64,
    /// The physical networks that the host has a way onto.
    #[serde(default)]
    pub physical_networks: Vec<String>,
    /// Why the host can take no instance right now (such as a dead libvirt), or none if it can.
    pub trouble: Option<String>,
}

/// What inventories of before there were other hosts mean.
fn yes() -> bool {
    true
}

/// A host, its capacity and what is allocated on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Host {
    pub inventory: Inventory,
    pub enabled: bool,
    pub disabled_reason: Option<String>,
    pub last_heartbeat: Timestamp,
    /// Whether a heartbeat came recently enough.
    pub alive: bool,
    pub vcpus_used: i64,
    pub ram_mb_used: i64,
    pub disk_gb_used: i64,
    pub instances: i64,
}
