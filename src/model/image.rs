//! Images: the disks that instances start from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ImageId, ProjectId, Timestamp, state::words};

words! {
    /// The format of an image's data (image API `disk_format`).
    DiskFormat { Qcow2 = "qcow2", Raw = "raw" }
}
words! {
    /// Who may see an image.
    Visibility { Public = "public", Private = "private", Shared = "shared", Community = "community" }
}
words! {
    /// Where an image is in its life (image API `status`).
    ImageStatus { Queued = "queued", Saving = "saving", Active = "active", Killed = "killed", Deactivated = "deactivated" }
}

/// An image record (image API `/v2/images`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    pub id: ImageId,
    pub name: String,
    pub description: Option<String>,
    pub owner: ProjectId,
    pub status: ImageStatus,
    /// Why the last upload was refused, where it was.
    pub fault: Option<super::Reason>,
    pub visibility: Visibility,
    pub protected: bool,
    pub disk_format: Option<DiskFormat>,
    /// Bytes of the file; none before data arrived.
    pub size: Option<i64>,
    /// Bytes that a guest sees.
    pub virtual_size: Option<i64>,
    /// MD5 in hex (the API's `checksum`).
    pub checksum: Option<String>,
    /// SHA-256 in hex (the API's `os_hash_value`); what agents verify.
    pub sha256: Option<String>,
    /// GiB that a flavor's disk must at least have.
    pub min_disk: i64,
    /// MiB that a flavor's memory must at least have.
    pub min_ram: i64,
    /// Free properties such as `hw_architecture` or `os_distro`; the scheduler's image filter reads some.
    pub properties: BTreeMap<String, String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a person gives to make an image record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewImage {
    pub name: String,
    pub description: Option<String>,
    pub disk_format: DiskFormat,
    pub visibility: Visibility,
    pub min_disk: i64,
    pub min_ram: i64,
    pub protected: bool,
    pub properties: BTreeMap<String, String>,
}

/// Changes to an image record; a field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImagePatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub visibility: Option<Visibility>,
    pub protected: Option<bool>,
    pub min_disk: Option<i64>,
    pub min_ram: Option<i64>,
}
