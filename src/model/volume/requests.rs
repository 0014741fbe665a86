//! What people ask of volumes, in one struct each for page, REST and tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::image::{DiskFormat, Visibility};
use crate::model::{ImageId, SnapshotId, VolumeId};

/// The most GiB that one volume may have.
pub const MAX_SIZE_GB: i64 = 64 * 1024;

/// What a new volume is to hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillFrom {
    #[default]
    Nothing,
    Image(ImageId),
    Volume(VolumeId),
    Snapshot(SnapshotId),
}

/// A volume to be made (block storage API `POST /volumes`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NewVolume {
    pub name: String,
    pub description: Option<String>,
    /// GiB; none takes that of the volume or snapshot that it is a copy of.
    pub size_gb: Option<i64>,
    /// A type's name or id; none takes the source's, or else the default type.
    pub volume_type: Option<String>,
    pub availability_zone: Option<String>,
    pub from: FillFrom,
    pub metadata: BTreeMap<String, String>,
}

/// Changes to what is said of a volume or snapshot; a field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VolumeChange {
    pub name: Option<String>,
    /// The inner none takes it away.
    pub description: Option<Option<String>>,
    pub metadata: Option<BTreeMap<String, String>>,
}

/// A snapshot to be taken (`POST /snapshots`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewSnapshot {
    pub volume_id: VolumeId,
    pub name: String,
    pub description: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// Also of a volume that an instance has.
    pub force: bool,
}

/// A kind of volume to be made, or what it is to become (`/types`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewVolumeType {
    pub name: String,
    pub description: Option<String>,
    pub is_public: bool,
    pub extra_specs: BTreeMap<String, String>,
}

/// A volume that an instance is to get (compute API `POST /servers/{id}/os-volume_attachments`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewAttachment {
    pub volume_id: VolumeId,
    /// Guest device such as `vdb`; none takes the next free one.
    pub device: Option<String>,
    pub tag: Option<String>,
    /// The volume goes with the instance.
    pub delete_on_termination: bool,
}

/// An image that is to be made of a volume (`os-volume_upload_image`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeUpload {
    pub image_name: String,
    pub disk_format: DiskFormat,
    pub visibility: Visibility,
    pub protected: bool,
    /// Also of a volume that an instance has.
    pub force: bool,
}
