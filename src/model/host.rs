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
    /// What keeps its volumes, where that is not the space for instance disks.
    #[serde(default)]
    pub volume_pool: Option<VolumePool>,
    /// Why the host can take no instance right now (such as a dead libvirt), or none if it can.
    pub trouble: Option<String>,
}

/// A pool of volumes with room of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumePool {
    pub kind: VolumePoolKind,
    pub name: String,
    /// GiB that it holds in all.
    pub capacity_gb: i64,
}

/// What a pool of volumes is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumePoolKind {
    /// A pool of a Ceph cluster, the same for every host that names it.
    Rbd,
    /// A thin pool in a volume group of the host's own.
    Lvm,
}

impl VolumePool {
    /// Whether two hosts that report these share one pool.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        self.kind == VolumePoolKind::Rbd && other.kind == VolumePoolKind::Rbd && self.name == other.name
    }
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
    /// GiB of volumes in its pool, those of the hosts that share it among them; 0 for a host without one.
    pub pool_gb_used: i64,
    pub instances: i64,
}
