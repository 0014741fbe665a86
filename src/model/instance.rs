//! Instances (servers), as every part of Arcus speaks of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::state::{PowerState, Status, TaskState, VmState, words};
use super::volume::Attachment;
use super::{FlavorId, ImageId, InstanceId, NetworkId, PortId, ProjectId, Reason, ServerGroupId, Timestamp, UserId};

/// The flavor as it was at launch, so that a deleted flavor leaves its instances as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceFlavor {
    pub id: FlavorId,
    pub name: String,
    pub vcpus: i64,
    /// MiB.
    pub ram_mb: i64,
    /// GiB.
    pub disk_gb: i64,
    #[serde(default)]
    pub extra_specs: BTreeMap<String, String>,
}

/// The image an instance was launched or last rebuilt from, by its name then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceImage {
    pub id: ImageId,
    pub name: String,
}

/// One address of an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceAddress {
    pub network_id: NetworkId,
    pub network_name: String,
    pub port_id: PortId,
    pub ip: String,
    /// It leads to the port from outside, by a router, instead of being the port's own.
    #[serde(default)]
    pub floating: bool,
    /// Six lower-case hex pairs with colons.
    pub mac: String,
}

/// Why an instance is in ERROR, or why its last action failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub reason: Reason,
    pub created_at: Timestamp,
    pub request_id: String,
}

/// An instance (compute API `/servers`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    pub id: InstanceId,
    pub project_id: ProjectId,
    pub user_id: UserId,
    pub name: String,
    pub description: Option<String>,
    pub vm_state: VmState,
    pub task_state: Option<TaskState>,
    pub power_state: PowerState,
    pub flavor: InstanceFlavor,
    /// None for one that starts from a volume.
    pub image: Option<InstanceImage>,
    pub key_name: Option<String>,
    /// The host that holds it; none until scheduled.
    pub host: Option<String>,
    pub availability_zone: String,
    /// libvirt's domain name, such as `instance-0000002a`.
    pub domain_name: String,
    pub addresses: Vec<InstanceAddress>,
    /// Names of its security groups.
    pub security_groups: Vec<String>,
    pub metadata: BTreeMap<String, String>,
    pub config_drive: bool,
    /// What it has or is to have of volumes; the one that it starts from comes first.
    #[serde(default)]
    pub volumes: Vec<Attachment>,
    pub fault: Option<Fault>,
    /// Percent of long work that is done; none if there is none.
    #[serde(default)]
    pub progress: Option<i64>,
    /// The request that launched it.
    pub request_id: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub launched_at: Option<Timestamp>,
    /// Set once it is gone; only lists that ask for deleted instances show it then.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    #[serde(default)]
    pub notes: InstanceNotes,
    /// Grows by one with every change; pages drop older news.
    pub version: i64,
}

impl Instance {
    /// What people see as its status.
    pub fn status(&self) -> Status {
        Status::of(self.vm_state, self.task_state)
    }
}

/// What is said of an instance, whatever runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct InstanceNotes {
    /// The guest's own name for itself.
    pub hostname: String,
    /// The address under which people reach it, if they said so.
    pub access_ip_v4: String,
    pub access_ip_v6: String,
    /// OpenStack's `AUTO` disk config instead of `MANUAL`.
    pub auto_disk_config: bool,
    /// The zone that was asked for, if one was.
    pub pinned_zone: Option<String>,
    pub lock: Option<Lock>,
    #[serde(default)]
    pub server_group: Option<ServerGroupId>,
    pub tags: Vec<String>,
}

/// Keeps everybody but administrators from acting on an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lock {
    pub by: LockedBy,
    pub reason: Option<String>,
}

words! {
    /// Who locked an instance: only administrators lift an administrator's lock.
    LockedBy { Owner = "owner", Admin = "admin" }
}

/// Changes to what is said of an instance; a field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct InstanceChange {
    pub name: Option<String>,
    /// The inner none takes it away.
    pub description: Option<Option<String>>,
    pub hostname: Option<String>,
    pub access_ip_v4: Option<String>,
    pub access_ip_v6: Option<String>,
    pub auto_disk_config: Option<bool>,
}

/// What a rebuild starts from, and what changes with it; a field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rebuild {
    /// None means the present image.
    pub image: Option<ImageId>,
    pub change: InstanceChange,
    pub metadata: Option<BTreeMap<String, String>>,
    /// Decoded text; the inner none takes it away.
    pub user_data: Option<Option<String>>,
    /// One of the caller's key pairs; the inner none takes it away.
    pub key_name: Option<Option<String>>,
}

/// Whether a list shows instances that are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gone {
    #[default]
    Hidden,
    Shown,
    Only,
}

/// Which instances a list shows; all set fields must match.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InstanceFilter {
    /// A part of the name, in any letter case.
    pub name: Option<String>,
    pub status: Option<Status>,
    /// A part of an address.
    pub ip: Option<String>,
    /// Every project's; administrators only.
    pub all_projects: bool,
    pub project: Option<ProjectId>,
    pub image: Option<ImageId>,
    pub flavor: Option<FlavorId>,
    pub changed_since: Option<Timestamp>,
    pub changed_before: Option<Timestamp>,
    pub gone: Gone,
}

/// The columns that an instance list sorts by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstanceSort {
    Name,
    Status,
    #[default]
    Created,
}

/// An image to be made of an instance's disk (compute API `createImage`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NewInstanceImage {
    pub name: String,
    /// What becomes the image's properties.
    pub metadata: BTreeMap<String, String>,
}
