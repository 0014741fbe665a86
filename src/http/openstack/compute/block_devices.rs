//! `block_device_mapping_v2` of a new server: which disks it is to have.

use serde::Deserialize;
use serde_json::Value;

use super::schema::{Field, Kind, invalid, may};
use crate::http::openstack::python::{truth, whole_number};
use crate::model::launch::{DiskFrom, DiskRequest};
use crate::model::volume::FillFrom;
use crate::model::{ImageId, Reason, Result};

const NAME: &str = "block_device_mapping_v2";

/// What a client may say of a disk.
pub const FIELDS: &[Field] = &[
    may("uuid", Kind::TextOrNull(1, 255)),
    may("source_type", Kind::OneOf(&["volume", "image", "snapshot", "blank"])),
    may("destination_type", Kind::OneOf(&["volume", "local"])),
    may("boot_index", Kind::Any),
    may("delete_on_termination", Kind::Boolean),
    may("volume_size", Kind::Any),
    may("device_name", Kind::TextOrNull(0, 255)),
    may("device_type", Kind::TextOrNull(0, 255)),
    may("disk_bus", Kind::TextOrNull(0, 255)),
    may("guest_format", Kind::TextOrNull(0, 255)),
    may("tag", Kind::TextOrNull(0, 60)).since(42),
    may("volume_type", Kind::TextOrNull(0, 255)).since(67),
];

/// A disk that is wanted.
#[derive(Debug, Deserialize)]
pub struct BlockDevice {
    uuid: Option<String>,
    source_type: Option<String>,
    destination_type: Option<String>,
    boot_index: Option<Value>,
    delete_on_termination: Option<Value>,
    volume_size: Option<Value>,
    device_name: Option<String>,
    tag: Option<String>,
    volume_type: Option<String>,
}

/// The image that the server starts from, unless it starts from a volume, and its volumes. Clients name the image once
/// more as the first disk.
///
/// # Errors
/// For disks that cannot be had.
pub fn disks(image: &str, devices: &[BlockDevice]) -> Result<(Option<ImageId>, Vec<DiskRequest>)> {
    let mut image = image.to_owned();
    let mut disks = Vec::new();
    for device in devices {
        let source = device.source_type.as_deref().unwrap_or("image");
        let usual = if matches!(source, "volume" | "snapshot") { "volume" } else { "local" };
        let destination = device.destination_type.as_deref().unwrap_or(usual);
        match (source, destination) {
            ("image", "local") if image.is_empty() => image = device.id()?,
            ("image", "local") => {}
            (_, "volume") => disks.push(device.disk(source)?),
            _ => {
                let choices = "image to local, image, snapshot, blank or volume to volume".to_owned();
                let (field, value) = (NAME.to_owned(), format!("{source} to {destination}"));
                return Err(Reason::NotAChoice { field, value, choices }.into());
            }
        }
    }
    let starts_from =
        |disk: &DiskRequest| disk.boot && disk.from == DiskFrom::New(FillFrom::Image(image.as_str().into()));
    // A volume with the image on it is the image for whoever names both.
    if disks.iter().any(starts_from) {
        image.clear();
    }
    Ok(((!image.is_empty()).then(|| image.into()), disks))
}

impl BlockDevice {
    fn id(&self) -> Result<String> {
        let given = self.uuid.clone().filter(|id| !id.is_empty());
        given.ok_or_else(|| Reason::Required { field: format!("{NAME}.uuid") }.into())
    }

    fn disk(&self, source: &str) -> Result<DiskRequest> {
        let from = match source {
            "volume" => DiskFrom::Volume(self.id()?.into()),
            "snapshot" => DiskFrom::New(FillFrom::Snapshot(self.id()?.into())),
            "image" => DiskFrom::New(FillFrom::Image(self.id()?.into())),
            _ => DiskFrom::New(FillFrom::Nothing),
        };
        let size_gb = match &self.volume_size {
            None | Some(Value::Null) => None,
            Some(size) => Some(whole_number(size).filter(|size| *size > 0).ok_or_else(|| {
                invalid("volume_size", size, "it is not a whole number of GiB that is greater than 0".into())
            })?),
        };
        let has_own_size = matches!(from, DiskFrom::Volume(_) | DiskFrom::New(FillFrom::Snapshot(_)));
        if size_gb.is_none() && !has_own_size {
            return Err(Reason::Required { field: format!("{NAME}.volume_size") }.into());
        }
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(DiskRequest {
            from,
            size_gb,
            boot: self.boot_index.as_ref().and_then(whole_number) == Some(0),
            delete_on_termination: self.delete_on_termination.as_ref().and_then(truth).unwrap_or(false),
            volume_type: said(&self.volume_type),
            device: said(&self.device_name),
            tag: said(&self.tag),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(image: &str, devices: Value) -> Result<(Option<ImageId>, Vec<DiskRequest>)> {
        let devices: Vec<BlockDevice> = serde_json::from_value(devices).unwrap();
        disks(image, &devices)
    }

    #[test]
    fn what_clients_write_is_read() {
        // `--image i1`, and the same with `--boot-from-volume 10`.
        let first = json!([{ "uuid": "i1", "boot_index": 0, "source_type": "image", "destination_type": "local" }]);
        assert_eq!(read("i1", first).unwrap(), (Some("i1".into()), vec![]));
        let volume = json!({ "uuid": "i1", "boot_index": 0, "source_type": "image", "destination_type": "volume",
            "volume_size": 10, "delete_on_termination": true });
        for image in ["", "i1"] {
            let (image, disks) = read(image, json!([volume])).unwrap();
            assert_eq!((image, disks[0].boot, disks[0].size_gb), (None, true, Some(10)));
            assert_eq!(disks[0].from, DiskFrom::New(FillFrom::Image("i1".into())));
        }
        // `--volume v1`, and a second disk.
        let two = json!([
            { "uuid": "v1", "boot_index": "0", "source_type": "volume", "destination_type": "volume" },
            { "source_type": "blank", "destination_type": "volume", "volume_size": "2", "device_name": "vdb" },
        ]);
        let (image, disks) = read("", two).unwrap();
        assert_eq!((image, disks.len(), disks[1].device.as_deref()), (None, 2, Some("vdb")));
        assert_eq!(disks[0].from, DiskFrom::Volume("v1".into()));
    }

    #[test]
    fn what_cannot_be_had_is_refused() {
        for odd in [
            json!({ "source_type": "blank", "destination_type": "local", "volume_size": 1 }),
            json!({ "uuid": "i1", "source_type": "image", "destination_type": "volume" }),
            json!({ "source_type": "blank", "destination_type": "volume" }),
            json!({ "source_type": "blank", "destination_type": "volume", "volume_size": 0 }),
            json!({ "source_type": "volume", "destination_type": "volume" }),
        ] {
            assert!(read("i1", json!([odd])).is_err(), "{odd}");
        }
    }
}
