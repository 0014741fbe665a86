//! Images: the disks that instances start from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ImageId, ProjectId, Reason, Timestamp, state::words};

words! {
    /// The format of an image's data (image API `disk_format`).
    DiskFormat { Qcow2 = "qcow2", Raw = "raw" }
}
words! {
    /// What is around an image's data (image API `container_format`): nothing.
    ContainerFormat { Bare = "bare" }
}
words! {
    /// Whether a project took an image that was shared with it.
    MemberStatus { Pending = "pending", Accepted = "accepted", Rejected = "rejected" }
}
words! {
    /// Who may see an image.
    Visibility { Public = "public", Private = "private", Shared = "shared", Community = "community" }
}
words! {
    /// Where an image is in its life (image API `status`).
    ImageStatus { Queued = "queued", Saving = "saving", Importing = "importing", Active = "active", Killed = "killed", Deactivated = "deactivated" }
}

/// An image record (image API `/v2/images`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    pub id: ImageId,
    /// Empty for an image without a name.
    pub name: String,
    pub description: Option<String>,
    pub owner: ProjectId,
    pub status: ImageStatus,
    /// Why the last upload was refused, or the last import came to nothing, where it did.
    pub fault: Option<Reason>,
    pub visibility: Visibility,
    pub protected: bool,
    pub disk_format: Option<DiskFormat>,
    pub container_format: Option<ContainerFormat>,
    /// Left out of lists that do not ask for it.
    pub hidden: bool,
    pub tags: Vec<String>,
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
    /// How far it is while it is being imported.
    pub progress: Option<Progress>,
}

impl Image {
    /// It is whole and has no data: what instances start from is named in its properties.
    pub fn is_empty(&self) -> bool {
        self.size == Some(0)
    }

    /// # Errors
    /// [`Reason::ImageNotActive`].
    pub fn is_active(&self) -> Result<(), Reason> {
        match self.status {
            ImageStatus::Active => Ok(()),
            status => Err(Reason::ImageNotActive { id: self.id.to_string(), status: status.to_string() }),
        }
    }

    /// Whether a disk can be made of it.
    ///
    /// # Errors
    /// [`Reason::ImageNotActive`], [`Reason::ImageWithoutDisk`].
    pub fn holds_a_disk(&self) -> Result<(), Reason> {
        self.is_active()?;
        if self.is_empty() { Err(Reason::ImageWithoutDisk { id: self.id.to_string() }) } else { Ok(()) }
    }

    /// GiB that a volume must have at least to hold it.
    pub fn least_volume_gb(&self) -> i64 {
        const GIB: i64 = 1 << 30;
        let held = self.virtual_size.or(self.size).map_or(1, |bytes| (bytes + GIB - 1) / GIB);
        self.min_disk.max(held).max(1)
    }
}

/// How much of an image has arrived, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub received: u64,
    /// Of how many, where that is known.
    pub of: Option<u64>,
}

/// What a person gives to make an image record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewImage {
    /// A UUID of the caller's choice; a new one when there is none.
    pub id: Option<ImageId>,
    pub name: String,
    pub description: Option<String>,
    /// Needed at the latest when data comes.
    pub disk_format: Option<DiskFormat>,
    /// Needed at the latest when data comes.
    pub container_format: Option<ContainerFormat>,
    pub visibility: Visibility,
    pub min_disk: i64,
    pub min_ram: i64,
    pub protected: bool,
    pub hidden: bool,
    pub tags: Vec<String>,
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
    pub hidden: Option<bool>,
    pub tags: Option<Vec<String>>,
    /// Only before data comes.
    pub disk_format: Option<DiskFormat>,
    /// Only before data comes.
    pub container_format: Option<ContainerFormat>,
    /// One after the other.
    pub properties: Vec<PropertyChange>,
}

/// A change to a free property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PropertyChange {
    /// Whether or not it is there.
    Set(String, String),
    /// It must be there.
    Replace(String, String),
    /// It must be there.
    Remove(String),
}

/// A project that an image is shared with (image API `/v2/images/{id}/members`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct ImageMember {
    pub image_id: ImageId,
    pub member_id: ProjectId,
    pub status: MemberStatus,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
