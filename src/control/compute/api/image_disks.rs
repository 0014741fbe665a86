//! The disks that an image names instead of holding one: snapshots of volumes (Nova's `block_device_mapping` of images).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::devices;
use crate::model::image::Image;
use crate::model::launch::{DiskFrom, DiskRequest};
use crate::model::volume::{Attachment, FillFrom, Snapshot};
use crate::model::{Error, Reason, Result, SnapshotId};

/// The property that names them, as a JSON list in a text.
const DISKS: &str = "block_device_mapping";
/// The list has the form of `block_device_mapping_v2`, not of the older one.
const IS_V2: &str = "bdm_v2";
const ROOT_DEVICE: &str = "root_device_name";

/// A disk, in the words that Nova writes into its images; those that are left out are none of ours.
#[derive(Debug, Serialize, Deserialize)]
struct Named {
    source_type: String,
    destination_type: String,
    snapshot_id: Option<SnapshotId>,
    boot_index: Option<i64>,
    #[serde(default)]
    delete_on_termination: bool,
    /// Such as `/dev/vda`.
    device_name: Option<String>,
    /// GiB.
    volume_size: Option<i64>,
    #[serde(default)]
    volume_type: Option<String>,
    #[serde(default)]
    tag: Option<String>,
}

/// What an image says for which these snapshots of an instance's volumes were taken.
pub fn properties(taken: &[(Snapshot, Attachment)]) -> Result<BTreeMap<String, String>> {
    let named = |(snapshot, attachment): &(Snapshot, Attachment)| Named {
        source_type: "snapshot".to_owned(),
        destination_type: "volume".to_owned(),
        snapshot_id: Some(snapshot.id.clone()),
        boot_index: attachment.boot.then_some(0),
        delete_on_termination: attachment.delete_on_termination,
        device_name: Some(format!("/dev/{}", attachment.device)),
        volume_size: Some(snapshot.size_gb),
        volume_type: None,
        tag: attachment.tag.clone(),
    };
    let disks: Vec<Named> = taken.iter().map(named).collect();
    let text = serde_json::to_string(&disks).map_err(Error::internal)?;
    let all = [(DISKS, text), (IS_V2, "True".to_owned()), (ROOT_DEVICE, format!("/dev/{}", devices::ROOT))];
    Ok(all.map(|(key, value)| (key.to_owned(), value)).into())
}

/// The disks that an image names; none for most.
///
/// # Errors
/// `InvalidInput` for what cannot be read, or names something other than snapshots.
pub fn of(image: &Image) -> Result<Vec<DiskRequest>> {
    let Some(text) = image.properties.get(DISKS) else { return Ok(Vec::new()) };
    let odd = |why: String| {
        let (field, value) = (DISKS.to_owned(), image.id.to_string());
        Error::on("image_id", Reason::InvalidInput { field, value, why })
    };
    let named: Vec<Named> = serde_json::from_str(text).map_err(|error| odd(error.to_string()))?;
    named.into_iter().map(|named| named.disk().map_err(odd)).collect()
}

impl Named {
    fn disk(self) -> Result<DiskRequest, String> {
        let Some(snapshot) = self.snapshot_id.filter(|_| self.source_type == "snapshot") else {
            return Err(format!("the image names a disk of type {}, and only snapshots are known", self.source_type));
        };
        Ok(DiskRequest {
            from: DiskFrom::New(FillFrom::Snapshot(snapshot)),
            size_gb: self.volume_size,
            boot: self.boot_index == Some(0),
            delete_on_termination: self.delete_on_termination,
            volume_type: self.volume_type,
            device: self.device_name,
            tag: self.tag,
        })
    }
}
