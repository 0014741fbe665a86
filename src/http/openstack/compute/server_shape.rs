//! A server as the compute API writes it. A member that is none is one that the microversion does not know, or that only
//! others are shown.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::ServerGroupId;
use crate::model::state::{Status, TaskState, VmState};

/// The whole of it.
#[derive(Serialize)]
pub struct Server<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub status: Status,
    pub tenant_id: &'a str,
    pub user_id: &'a str,
    pub metadata: &'a BTreeMap<String, String>,
    #[serde(rename = "hostId")]
    pub host_id: String,
    /// An empty text for one that starts from a volume.
    pub image: Image<'a>,
    pub flavor: FlavorShape<'a>,
    pub created: String,
    pub updated: String,
    pub addresses: Addresses<'a>,
    #[serde(rename = "accessIPv4")]
    pub access_ip_v4: &'a str,
    #[serde(rename = "accessIPv6")]
    pub access_ip_v6: &'a str,
    pub links: [Link; 2],
    #[serde(rename = "OS-DCF:diskConfig")]
    pub disk_config: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_image_certificates: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_reason: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_groups: Option<Vec<&'a ServerGroupId>>,
    #[serde(flatten)]
    pub more: Option<More<'a>>,
    #[serde(flatten)]
    pub for_administrators: Option<ForAdministrators<'a>>,
}

/// What answers to a change got later than those to a question.
#[derive(Serialize)]
pub struct More<'a> {
    #[serde(rename = "OS-EXT-AZ:availability_zone")]
    pub availability_zone: &'a str,
    /// `True`, or empty.
    pub config_drive: &'static str,
    pub key_name: Option<&'a str>,
    #[serde(rename = "OS-SRV-USG:launched_at")]
    pub launched_at: Option<String>,
    #[serde(rename = "OS-SRV-USG:terminated_at")]
    pub terminated_at: Option<String>,
    #[serde(rename = "OS-EXT-STS:task_state")]
    pub task_state: Option<TaskState>,
    #[serde(rename = "OS-EXT-STS:vm_state")]
    pub vm_state: VmState,
    #[serde(rename = "OS-EXT-STS:power_state")]
    pub power_state: u8,
    #[serde(rename = "os-extended-volumes:volumes_attached")]
    pub volumes_attached: Vec<VolumeAttached<'a>>,
    #[serde(rename = "OS-EXT-SRV-ATTR:hostname", skip_serializing_if = "Option::is_none")]
    pub hostname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned_availability_zone: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<Name<'a>>,
}

/// Where and how the guest was started.
#[derive(Serialize)]
pub struct ForAdministrators<'a> {
    #[serde(rename = "OS-EXT-SRV-ATTR:host")]
    pub host: Option<&'a str>,
    #[serde(rename = "OS-EXT-SRV-ATTR:hypervisor_hostname")]
    pub hypervisor_hostname: Option<&'a str>,
    #[serde(rename = "OS-EXT-SRV-ATTR:instance_name")]
    pub instance_name: &'a str,
    #[serde(flatten)]
    pub start: Option<Start<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_status: Option<&'static str>,
}

/// What 2.3 added to it.
#[derive(Serialize)]
pub struct Start<'a> {
    #[serde(rename = "OS-EXT-SRV-ATTR:reservation_id")]
    pub reservation_id: &'a str,
    #[serde(rename = "OS-EXT-SRV-ATTR:launch_index")]
    pub launch_index: u8,
    /// There is none: guests start by their own disk's.
    #[serde(rename = "OS-EXT-SRV-ATTR:kernel_id")]
    pub kernel_id: &'static str,
    #[serde(rename = "OS-EXT-SRV-ATTR:ramdisk_id")]
    pub ramdisk_id: &'static str,
    #[serde(rename = "OS-EXT-SRV-ATTR:root_device_name")]
    pub root_device_name: &'static str,
    /// In Base64; lists do not show it.
    #[serde(rename = "OS-EXT-SRV-ATTR:user_data")]
    pub user_data: Option<String>,
}

/// Something else, by its id.
#[derive(Serialize)]
pub struct Referred<'a> {
    pub id: &'a str,
    pub links: [Link; 1],
}

/// The image that it was launched from.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Image<'a> {
    Of(Referred<'a>),
    /// It starts from a volume.
    None(&'static str),
}

/// A volume that it has or is to have.
#[derive(Serialize)]
pub struct VolumeAttached<'a> {
    pub id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_on_termination: Option<bool>,
}

/// The flavor that it was launched with.
#[derive(Serialize)]
#[serde(untagged)]
pub enum FlavorShape<'a> {
    Referred(Referred<'a>),
    /// As it was then.
    Within {
        original_name: &'a str,
        vcpus: i64,
        ram: i64,
        disk: i64,
        ephemeral: u8,
        swap: u8,
        extra_specs: &'a BTreeMap<String, String>,
    },
}

/// By the name of their network.
pub type Addresses<'a> = BTreeMap<&'a str, Vec<Address<'a>>>;

#[derive(Serialize)]
pub struct Address<'a> {
    pub version: u8,
    pub addr: &'a str,
    /// `fixed` or `floating`.
    #[serde(rename = "OS-EXT-IPS:type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    #[serde(rename = "OS-EXT-IPS-MAC:mac_addr", skip_serializing_if = "Option::is_none")]
    pub mac: Option<&'a str>,
}

#[derive(Serialize)]
pub struct Link {
    pub rel: &'static str,
    pub href: String,
}

#[derive(Serialize)]
pub struct Name<'a> {
    pub name: &'a str,
}

/// Why it is in ERROR.
#[derive(Serialize)]
pub struct FaultShape {
    /// An HTTP status.
    pub code: u16,
    pub created: String,
    pub message: String,
}
