//! What a person asks for when launching, in one struct for page, REST and tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::volume::FillFrom;
use super::{FlavorId, ImageId, NetworkId, PortId, ServerGroupId, VolumeId};

/// The most bytes of user data, after decoding (as Nova).
pub const MAX_USER_DATA: u64 = 16 * 1024;
/// The most instances that one request may launch.
pub const MAX_COUNT: u32 = 50;

/// One network card that the instance is to get.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NicRequest {
    pub network_id: NetworkId,
    /// A chosen address, or none for the next free one. Only with a count of one.
    pub fixed_ip: Option<String>,
    /// A port that was made beforehand; it brings its own address and groups. Only with a count of one.
    #[serde(default)]
    pub port_id: Option<PortId>,
}

/// A launch request (compute API `POST /servers`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LaunchRequest {
    /// 1 to 255 characters; with a count above one, `-1`, `-2`, … are appended.
    pub name: String,
    pub description: Option<String>,
    pub flavor_id: FlavorId,
    /// None for one that starts from a volume.
    pub image_id: Option<ImageId>,
    /// In the order of the guest's NICs; empty means the one network the project has, as Nova's `auto`.
    pub networks: Vec<NicRequest>,
    /// Group names or ids; empty means `default`.
    pub security_groups: Vec<String>,
    pub key_name: Option<String>,
    /// Decoded text, at most [`MAX_USER_DATA`] bytes.
    pub user_data: Option<String>,
    pub config_drive: bool,
    pub availability_zone: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// 1 to [`MAX_COUNT`].
    pub count: u32,
    #[serde(default)]
    pub more: LaunchOptions,
}

/// What a volume of a new instance is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskFrom {
    /// One that there is.
    Volume(VolumeId),
    /// One that is made for the instance.
    New(FillFrom),
}

/// A volume that a new instance is to have (compute API `block_device_mapping_v2`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiskRequest {
    pub from: DiskFrom,
    /// GiB of one that is made.
    pub size_gb: Option<i64>,
    /// The instance starts from it.
    pub boot: bool,
    /// It goes with the instance.
    pub delete_on_termination: bool,
    /// Of one that is made.
    pub volume_type: Option<String>,
    /// Guest device such as `vdb`; none takes the next free one.
    pub device: Option<String>,
    pub tag: Option<String>,
}

/// What only the API asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LaunchOptions {
    /// None makes it from the name.
    pub hostname: Option<String>,
    pub access_ip_v4: String,
    pub access_ip_v6: String,
    pub auto_disk_config: bool,
    pub tags: Vec<String>,
    /// Whose policy the scheduler is to follow.
    #[serde(default)]
    pub server_group: Option<ServerGroupId>,
    /// Volumes that the instance is to have, beside or instead of a disk of its own.
    #[serde(default)]
    pub disks: Vec<DiskRequest>,
    /// No NIC at all, instead of the one on the only network.
    pub no_network: bool,
}
