//! Volumes as the host that holds them, and the hosts whose instances use them, should have them.

use serde::{Deserialize, Serialize};

use crate::model::volume::{AttachStatus, SnapshotStatus, VolumeSource, VolumeStatus};
use crate::model::{AttachmentId, ImageId, InstanceId, Reason, SnapshotId, VolumeId};

/// A volume as the host on which it lies should have it. What is to be done follows from the statuses, so that an agent
/// that is told twice, or starts anew, does the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumePlan {
    pub volume_id: VolumeId,
    /// `creating` and `downloading`: to be made from its source. `extending`: to be given its size. `uploading`: what it
    /// holds is to be sent to the image service. `deleting`: to be removed. Otherwise nothing is to be done.
    pub status: VolumeStatus,
    /// GiB that it is to have.
    pub size_gb: i64,
    pub source: VolumeSource,
    /// The image that is being made of it, in whose own format it is sent.
    pub uploads_to: Option<ImageId>,
    /// The instances that have it, so that what is done to it goes through those that run.
    pub users: Vec<InstanceId>,
    /// `creating`: to be made. `deleting`: to be removed.
    pub snapshots: Vec<SnapshotPlan>,
}

/// A snapshot as it lies in its volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SnapshotPlan {
    pub snapshot_id: SnapshotId,
    pub status: SnapshotStatus,
}

/// A volume as one instance should have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttachmentPlan {
    pub attachment_id: AttachmentId,
    pub volume_id: VolumeId,
    /// `attaching` and `attached`: to be plugged in. `detaching`: to be taken out.
    pub status: AttachStatus,
    /// Whether the volume holds what it is to hold; until then nobody can use it.
    pub volume_status: VolumeStatus,
    /// Guest device such as `vdb`.
    pub device: String,
    /// The instance starts from it.
    pub boot: bool,
    pub read_only: bool,
    pub at: VolumeAt,
}

/// Where a volume's data is reached (`connection_info` in the block storage API).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "driver_volume_type", rename_all = "snake_case")]
pub enum VolumeAt {
    /// In the pool of the instance's own host.
    File,
    /// In another host's, which serves it at `address` (`host:port`) under the name `export`, or does not yet.
    Nbd { host: String, address: Option<String>, export: Option<String> },
    /// In a pool of a Ceph cluster, which every host reaches by itself; `host` is the one that looks after it.
    Rbd { host: String, pool: String, image: String },
}

impl VolumeAt {
    /// What the image of a volume is called that this host looks after.
    pub fn rbd_image(id: &VolumeId, host: &str) -> String {
        format!("volume-{id}.{host}")
    }
}

/// What became of work on a volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum VolumeNews {
    /// So much of it is done, in percent.
    Progress {
        percent: i64,
    },
    /// What a volume of this status waited for is done.
    Done {
        status: VolumeStatus,
    },
    /// It could not be done, and what was begun is undone.
    Failed {
        status: VolumeStatus,
        reason: Reason,
    },
    SnapshotDone {
        snapshot_id: SnapshotId,
        status: SnapshotStatus,
    },
    SnapshotFailed {
        snapshot_id: SnapshotId,
        status: SnapshotStatus,
        reason: Reason,
    },
}

/// What became of an attachment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum AttachmentNews {
    Attached,
    /// The guest and the host have let go of it.
    Detached,
    /// It is as it was before.
    Failed {
        reason: Reason,
    },
}
