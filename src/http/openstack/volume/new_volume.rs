//! What people say of volumes, as clients write it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::read;
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::python::whole_number;
use crate::http::openstack::schema::{Field, Kind, may};
use crate::model::volume::{FillFrom, NewVolume, VolumeChange};
use crate::model::{ImageId, Reason, Result, SnapshotId, VolumeId};

const NEW: &[Field] = &[
    may("name", Kind::Text(0, 255)),
    may("display_name", Kind::Text(0, 255)),
    may("description", Kind::Text(0, 255)),
    may("display_description", Kind::Text(0, 255)),
    may("size", Kind::Integer(1)),
    may("volume_type", Kind::Text(0, 255)),
    may("metadata", Kind::Pairs),
    may("snapshot_id", Kind::Text(1, 255)),
    may("source_volid", Kind::Text(1, 255)),
    may("imageRef", Kind::Text(0, 255)),
    may("image_id", Kind::Text(0, 255)),
    may("availability_zone", Kind::Text(0, 255)),
    may("multiattach", Kind::Boolean),
    may("consistencygroup_id", Kind::Text(0, 255)),
    may("group_id", Kind::Text(0, 255)),
    may("backup_id", Kind::Text(0, 255)),
];

/// A volume that is wanted.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default, alias = "display_name")]
    name: String,
    #[serde(alias = "display_description")]
    description: Option<String>,
    size: Option<Value>,
    volume_type: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    snapshot_id: Option<SnapshotId>,
    source_volid: Option<VolumeId>,
    #[serde(rename = "imageRef", alias = "image_id")]
    image: Option<ImageId>,
    availability_zone: Option<String>,
    multiattach: Option<Value>,
    consistencygroup_id: Option<String>,
    group_id: Option<String>,
    backup_id: Option<String>,
}

impl Wanted {
    /// # Errors
    /// As [`read`].
    pub fn read(mut body: Value, version: Microversion) -> Result<Self> {
        if let Value::Object(members) = &mut body {
            // There is one place for a volume, wherever it would rather be.
            members.remove("OS-SCH-HNT:scheduler_hints");
        }
        read(body, "volume", NEW, version)
    }

    /// # Errors
    /// For what cannot be had.
    pub fn into_new(self) -> Result<NewVolume> {
        self.can_be_had()?;
        let image = self.image.filter(|image| !image.as_str().is_empty());
        let from = match (image, self.source_volid, self.snapshot_id) {
            (None, None, None) => FillFrom::Nothing,
            (Some(image), None, None) => FillFrom::Image(image),
            (None, Some(volume), None) => FillFrom::Volume(volume),
            (None, None, Some(snapshot)) => FillFrom::Snapshot(snapshot),
            _ => {
                let why = "give one of imageRef, source_volid and snapshot_id".to_owned();
                return Err(Reason::Malformed { why }.into());
            }
        };
        Ok(NewVolume {
            name: self.name,
            description: self.description,
            size_gb: self.size.as_ref().and_then(whole_number),
            volume_type: self.volume_type,
            availability_zone: self.availability_zone.filter(|zone| !zone.is_empty()),
            from,
            metadata: self.metadata,
        })
    }

    fn can_be_had(&self) -> Result<()> {
        let named = |name: &Option<String>| name.as_deref().is_some_and(|name| !name.is_empty());
        let truth = |value: &Option<Value>| value.as_ref().is_some_and(|value| value == &json!(true));
        let asked = [
            ("A volume in several instances", truth(&self.multiattach), "a volume is in one instance at a time"),
            ("A volume in a group", named(&self.consistencygroup_id) || named(&self.group_id), "there are no groups"),
            ("A volume from a backup", named(&self.backup_id), "there are no backups"),
        ];
        match asked.into_iter().find(|(_, asked, _)| *asked) {
            Some((what, _, why)) => Err(Reason::VolumeCannot { what: what.into(), why: why.into() }.into()),
            None => Ok(()),
        }
    }
}

/// What can be said of volumes and snapshots anew.
pub const CHANGE: &[Field] = &[
    may("name", Kind::TextOrNull(0, 255)),
    may("display_name", Kind::TextOrNull(0, 255)),
    may("description", Kind::TextOrNull(0, 255)),
    may("display_description", Kind::TextOrNull(0, 255)),
    may("metadata", Kind::Pairs),
];

/// What is to be said of a volume or snapshot from now on.
#[derive(Deserialize)]
pub struct Change {
    #[serde(alias = "display_name")]
    name: Option<String>,
    #[serde(alias = "display_description")]
    description: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
}

impl From<Change> for VolumeChange {
    fn from(change: Change) -> Self {
        Self { name: change.name, description: change.description.map(Some), metadata: change.metadata }
    }
}
