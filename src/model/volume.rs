//! Block volumes, their snapshots and attachments, as every part of Arcus speaks of them (block storage API v3).

mod metadata;
mod requests;

use std::collections::BTreeMap;

pub use metadata::{Metadata, MetadataChange};
pub use requests::{
    FillFrom, MAX_SIZE_GB, NewAttachment, NewSnapshot, NewVolume, NewVolumeType, VolumeChange, VolumeUpload,
};
use serde::{Deserialize, Serialize};

use super::state::words;
use super::{
    AttachmentId, ImageId, InstanceId, ProjectId, Reason, SnapshotId, Timestamp, UserId, VolumeId, VolumeTypeId,
};

/// The type of volumes for which nobody chose one (Cinder's own name for it).
pub const DEFAULT_TYPE: &str = "__DEFAULT__";

words! {
    /// What a volume is or what is being done to it (block storage API `status`).
    VolumeStatus {
        /// Being made: empty, or as a copy of a volume or snapshot.
        Creating = "creating",
        /// Being filled from an image.
        Downloading = "downloading",
        Available = "available",
        /// Promised to an instance that is not there yet.
        Reserved = "reserved",
        Attaching = "attaching", InUse = "in-use", Detaching = "detaching", Extending = "extending",
        /// Being copied into an image.
        Uploading = "uploading",
        AwaitingTransfer = "awaiting-transfer",
        Deleting = "deleting",
        Error = "error",
        ErrorDeleting = "error_deleting",
        ErrorExtending = "error_extending",
    }
}

words! {
    /// What a snapshot is or what is being done to it.
    SnapshotStatus {
        Creating = "creating", Available = "available", Deleting = "deleting", Error = "error",
        ErrorDeleting = "error_deleting",
    }
}

impl From<SnapshotStatus> for VolumeStatus {
    /// Snapshots' statuses are a part of volumes'.
    fn from(status: SnapshotStatus) -> Self {
        match status {
            SnapshotStatus::Creating => Self::Creating,
            SnapshotStatus::Available => Self::Available,
            SnapshotStatus::Deleting => Self::Deleting,
            SnapshotStatus::Error => Self::Error,
            SnapshotStatus::ErrorDeleting => Self::ErrorDeleting,
        }
    }
}

words! {
    /// How far an attachment is.
    AttachStatus {
        /// An instance is to get it, and has not.
        Attaching = "attaching",
        Attached = "attached",
        /// The instance is to let go of it, and has not.
        Detaching = "detaching",
    }
}

/// What a new volume holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum VolumeSource {
    /// Zeros.
    #[default]
    Empty,
    Image {
        image_id: ImageId,
    },
    /// A copy of what another volume holds now.
    Volume {
        volume_id: VolumeId,
    },
    Snapshot {
        snapshot_id: SnapshotId,
        volume_id: VolumeId,
    },
}

/// A volume (block storage API `/volumes`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    pub id: VolumeId,
    pub project_id: ProjectId,
    pub user_id: UserId,
    pub name: String,
    pub description: Option<String>,
    /// GiB; while it is being extended, what it is to have.
    pub size_gb: i64,
    pub status: VolumeStatus,
    pub type_id: VolumeTypeId,
    pub type_name: String,
    pub availability_zone: String,
    pub source: VolumeSource,
    pub bootable: bool,
    /// Whether several instances may have it at once.
    pub multiattach: bool,
    pub read_only: bool,
    pub metadata: BTreeMap<String, String>,
    /// What its image said of itself, for instances that start from it.
    pub image_metadata: BTreeMap<String, String>,
    /// The host on which it lies; none until one is chosen.
    pub host: Option<String>,
    /// Percent of long work that is done; none if there is none.
    pub progress: Option<i64>,
    /// Why the last thing that was tried failed.
    pub fault: Option<Reason>,
    pub attachments: Vec<Attachment>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Volume {
    /// What it is once nothing is done to it any more: an instance that was promised it has it in the end.
    pub fn at_rest(&self) -> VolumeStatus {
        match self.attachments.first().map(|attachment| attachment.status) {
            None => VolumeStatus::Available,
            Some(AttachStatus::Attaching) => VolumeStatus::Reserved,
            Some(AttachStatus::Attached) => VolumeStatus::InUse,
            Some(AttachStatus::Detaching) => VolumeStatus::Detaching,
        }
    }

    /// Whether its instance can be made to give it back: it has it, and nothing is being done to it.
    pub fn can_be_taken_from(&self, attachment: &Attachment) -> bool {
        attachment.status == AttachStatus::Attached
            && matches!(self.status, VolumeStatus::InUse | VolumeStatus::ErrorExtending)
    }

    /// Its name, or else its id.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { self.id.as_str() } else { &self.name }
    }
}

/// A volume's place in an instance (`/attachments`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub volume_id: VolumeId,
    pub instance_id: InstanceId,
    pub status: AttachStatus,
    /// Guest device such as `vdb`, as people are told; guests know the volume by its serial number, too.
    pub device: String,
    /// The instance starts from it.
    pub boot: bool,
    /// The volume goes with the instance.
    pub delete_on_termination: bool,
    pub read_only: bool,
    pub tag: Option<String>,
    pub created_at: Timestamp,
    pub attached_at: Option<Timestamp>,
}

/// What a volume held at one moment (`/snapshots`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub id: SnapshotId,
    pub volume_id: VolumeId,
    pub project_id: ProjectId,
    pub user_id: UserId,
    pub name: String,
    pub description: Option<String>,
    /// GiB: the volume's size then.
    pub size_gb: i64,
    pub status: SnapshotStatus,
    pub metadata: BTreeMap<String, String>,
    pub fault: Option<Reason>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Snapshot {
    /// Its name, or else its id.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { self.id.as_str() } else { &self.name }
    }
}

/// A kind of volume (`/types`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeType {
    pub id: VolumeTypeId,
    pub name: String,
    pub description: Option<String>,
    pub is_public: bool,
    pub extra_specs: BTreeMap<String, String>,
    pub created_at: Timestamp,
}

/// A volume on its way to another project (`/volume-transfers`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    pub id: String,
    pub volume_id: VolumeId,
    pub name: String,
    /// The project that gives it away.
    pub project_id: ProjectId,
    pub created_at: Timestamp,
}

/// Why something failed, for whoever asked for it (`/messages`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeMessage {
    pub id: String,
    pub project_id: ProjectId,
    pub about: MessageAbout,
    pub resource_id: String,
    pub reason: Reason,
    pub request_id: String,
    pub created_at: Timestamp,
}

words! {
    /// What a message speaks of (the API's `resource_type`).
    MessageAbout { Volume = "VOLUME", Snapshot = "VOLUME_SNAPSHOT" }
}
