//! The messages themselves. A change of shape needs a new [`super::CONTRACT_VERSION`].

mod metadata;
mod network;
mod volume;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};

pub use self::metadata::{InstanceMetadata, MetadataNic};
pub use self::network::{
    FirewallGroup, FirewallPlan, FirewallPort, FloatingPlan, GatewayPlan, LegPlan, NetworkPlan, PortPlan, RouterPlan,
    Segment, SubnetPlan,
};
pub use self::volume::{AttachmentNews, AttachmentPlan, SnapshotPlan, VolumeAt, VolumeNews, VolumePlan};
use crate::model::host::Inventory;
use crate::model::state::{PowerState, TaskState, Verb, VmState};
use crate::model::step::StepEvent;
use crate::model::{
    AttachmentId, Error, ImageId, InstanceId, NetworkId, PortId, ProjectId, Reason, Result, RouterId, VolumeId,
};

/// To topic `scheduler`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum SchedulerMessage {
    /// Cast: choose a host for a new instance, claim it and tell it.
    Place {
        instance_id: InstanceId,
        request_id: String,
        /// The user's token, which the agent shows to image, network and volume.
        token: String,
    },
}

/// To topic `compute.<host>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ComputeMessage {
    /// Cast: build and start an instance. Idempotent: an instance that already runs is reported again.
    Build { instance_id: InstanceId, request_id: String, token: String },
    /// Cast: carry a verb out. `token` is there for those that fetch or store an image.
    Act { instance_id: InstanceId, request_id: String, verb: Verb, token: Option<String> },
    /// Call: the end of the serial console's log as text ([`ConsoleLog`]).
    ConsoleLog { instance_id: InstanceId, max_bytes: u64 },
    /// Call: opens the way to the guest's screen ([`ConsoleStream`]).
    OpenConsole { instance_id: InstanceId },
    /// Call: makes the instance's NICs be the ports that the records bind to it, running or not (answer: `null`).
    /// The port `without` is unplugged although it is still bound, so that nobody else can have it meanwhile.
    Rewire { instance_id: InstanceId, request_id: String, without: Option<PortId> },
    /// Cast: makes the instance's volumes be the attachments of the records, running or not.
    Volumes { instance_id: InstanceId, request_id: String },
    /// Cast: the records of a volume in this host's pool wait for something; ask what, and do it. `token` is there for what
    /// fetches or stores an image.
    Volume { volume_id: VolumeId, request_id: String, token: Option<String> },
    /// Call: serves a volume of this host's pool to other hosts ([`VolumeAt`], with an address).
    ExportVolume { volume_id: VolumeId, request_id: String },
}

/// Answer to [`ComputeMessage::ConsoleLog`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsoleLog {
    pub text: String,
}

/// Answer to [`ComputeMessage::OpenConsole`]: connect, wait for [`CONSOLE_GREETING`], send the pass and a newline, and
/// what follows is the guest's RFB stream. The pass is good once, for ten seconds.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsoleStream {
    pub at: ConsoleAddress,
    pub pass: String,
}

/// Where an agent offers consoles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleAddress {
    /// A socket on the same machine.
    Unix(String),
    /// `host:port`, for other machines.
    Tcp(String),
}

/// A console's bytes both ways, over whatever they travel.
pub trait ConsoleBytes: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> ConsoleBytes for T {}

/// What an agent says first to whoever comes for a console. Nobody says a word before: else a captured host could name
/// any address that control reaches, and have control speak to it.
pub const CONSOLE_GREETING: &[u8] = b"arcus-console 1\n";

/// To topic `network.<host>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum NetworkMessage {
    /// Cast: the records of this network changed (a port came or went, a subnet changed); fetch the plan and apply.
    Changed { network_id: NetworkId },
    /// Cast: the network is gone; take everything of it down.
    Removed { network_id: NetworkId },
    /// Cast: the records of this router changed, or it is gone; fetch the plan and apply.
    RouterChanged { router_id: RouterId },
    /// Cast: rules or members of security groups changed that ports on this host are in or refer to.
    FirewallChanged,
}

/// To topic `conductor`; all are calls, so that the agent knows that what it said was written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum ConductorMessage {
    /// The configuration of an instance placed on `host` ([`InstanceSpec`]). With `for_launch`, the conductor also
    /// records launch steps 15 to 18.
    Instance { host: String, instance_id: InstanceId, request_id: String, for_launch: bool },
    /// Every instance that should be on `host` ([`Vec<InstanceBrief>`]).
    InstancesOn { host: String },
    /// The ports of an instance placed on `host`, in the order of its NICs ([`Vec<PortPlan>`]).
    PortsOf { host: String, instance_id: InstanceId },
    /// The volumes of an instance placed on `host` ([`Vec<AttachmentPlan>`]).
    VolumesOf { host: String, instance_id: InstanceId },
    /// A volume that lies on `host` ([`Option<VolumePlan>`]; none if it is gone or elsewhere).
    Volume { host: String, volume_id: VolumeId },
    /// Every volume that lies on `host` ([`Vec<VolumePlan>`]).
    VolumesOn { host: String },
    /// Every network that has a port bound to `host` ([`Vec<NetworkPlan>`]).
    NetworksOn { host: String },
    /// One network as this host should have it ([`Option<NetworkPlan>`]; none if it is gone or unused on the host).
    Network { host: String, network_id: NetworkId },
    /// Every router that this host carries ([`Vec<RouterPlan>`]).
    RoutersOn { host: String },
    /// One router as this host should have it ([`Option<RouterPlan>`]; none if it is gone or elsewhere).
    Router { host: String, router_id: RouterId },
    /// What may pass at the ports of instances on this host ([`FirewallPlan`]).
    Firewall { host: String },
    /// What an instance may know of itself ([`Option<InstanceMetadata>`]; none if there is none on this host).
    Metadata { host: String, of: MetadataOf },
    /// The host is alive and has this (answer: `null`).
    Heartbeat { inventory: Inventory },
    /// Timeline rows: a row with the same request and step as an earlier one replaces it (answer: `null`).
    Steps { host: String, events: Vec<StepEvent> },
    /// An instance's task moved on, such as networking to spawning, or is that far in percent (answer: `null`).
    Task { host: String, instance_id: InstanceId, request_id: String, task: TaskState, percent: Option<i64> },
    /// A launch or verb ended well (answer: `null`). For `Deleted` the conductor releases what the instance held.
    Settled { host: String, instance_id: InstanceId, request_id: String, vm_state: VmState, power_state: PowerState },
    /// A launch or verb failed, and the agent has undone what it did on the host (answer: `null`).
    /// `vm_state` is what the instance is now: `error` after a failed launch, else as it was before.
    Failed {
        host: String,
        instance_id: InstanceId,
        request_id: String,
        vm_state: VmState,
        power_state: PowerState,
        reason: Reason,
    },
    /// The hypervisor says that a domain changed by itself, such as a guest that powered off (answer: `null`).
    /// Ignored while a task runs.
    Power { host: String, instance_id: InstanceId, power_state: PowerState },
    /// What became of work on a volume that lies on `host` (answer: `null`). Ignored if the records wait for something else.
    VolumeNews { host: String, volume_id: VolumeId, request_id: String, news: VolumeNews },
    /// What became of an attachment of an instance on `host` (answer: `null`).
    AttachmentNews {
        host: String,
        instance_id: InstanceId,
        attachment_id: AttachmentId,
        request_id: String,
        news: AttachmentNews,
    },
}

impl ConductorMessage {
    /// The host in whose name it is said.
    pub fn host(&self) -> &str {
        match self {
            Self::Heartbeat { inventory } => &inventory.host,
            Self::Instance { host, .. }
            | Self::InstancesOn { host }
            | Self::PortsOf { host, .. }
            | Self::VolumesOf { host, .. }
            | Self::Volume { host, .. }
            | Self::VolumesOn { host }
            | Self::NetworksOn { host }
            | Self::Network { host, .. }
            | Self::RoutersOn { host }
            | Self::Router { host, .. }
            | Self::Firewall { host }
            | Self::Metadata { host, .. }
            | Self::Steps { host, .. }
            | Self::Task { host, .. }
            | Self::Settled { host, .. }
            | Self::Failed { host, .. }
            | Self::Power { host, .. }
            | Self::VolumeNews { host, .. }
            | Self::AttachmentNews { host, .. } => host,
        }
    }
}

/// Whose metadata is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum MetadataOf {
    /// An instance by its id, for its config drive.
    Instance { instance_id: InstanceId },
    /// Whoever has this address on this network: nothing else that a guest sends counts.
    Network { network_id: NetworkId, ip: Ipv4Addr },
    /// Whoever has this address on a network that this router has an interface on.
    Router { router_id: RouterId, ip: Ipv4Addr },
}

/// All that a host needs to know to build an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceSpec {
    pub instance_id: InstanceId,
    pub project_id: ProjectId,
    pub name: String,
    /// Fit for a host name.
    pub hostname: String,
    /// libvirt's domain name.
    pub domain_name: String,
    pub vcpus: i64,
    pub ram_mb: i64,
    /// 0 means as large as the image.
    pub disk_gb: i64,
    /// None: it starts from a volume.
    pub image_id: Option<ImageId>,
    /// The image that is being made of its disk.
    pub uploads_to: Option<ImageId>,
    /// In the order of the guest's NICs.
    pub nics: Vec<NicSpec>,
    /// Group ids.
    pub security_groups: Vec<String>,
    pub public_key: Option<(String, String)>,
    pub user_data: Option<String>,
    pub config_drive: bool,
    pub metadata: BTreeMap<String, String>,
    pub availability_zone: String,
    pub vm_state: VmState,
    pub task_state: Option<TaskState>,
}

impl InstanceSpec {
    /// The image that it starts from.
    ///
    /// # Errors
    /// When it starts from a volume.
    pub fn image(&self) -> Result<&ImageId> {
        self.image_id.as_ref().ok_or_else(|| Error::internal("an instance that starts from a volume has no image"))
    }
}

/// One NIC that was asked for; the agent makes or finds its port through the network API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NicSpec {
    pub network_id: NetworkId,
    pub fixed_ip: Option<String>,
    /// A port that was made beforehand.
    pub port_id: Option<PortId>,
}

/// What the records say of an instance on a host, for the agent's comparison with libvirt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceBrief {
    pub instance_id: InstanceId,
    pub domain_name: String,
    pub vm_state: VmState,
    pub task_state: Option<TaskState>,
    pub power_state: PowerState,
    /// Its ports, for taps.
    pub ports: Vec<PortPlan>,
    /// What it has or is to have of volumes.
    pub volumes: Vec<AttachmentPlan>,
}
