//! What volumes are made from.

use std::collections::BTreeMap;

use super::snapshots::{own_snapshot, state};
use super::volumes::{is, own_volume};
use crate::control::Ctx;
use crate::control::store::Tx;
use crate::model::image::Image;
use crate::model::volume::{FillFrom, SnapshotStatus, Volume, VolumeSource, VolumeStatus};
use crate::model::{Error, Noun, Result, VolumeId};

/// What a new volume is made from, as far as that matters to it.
pub struct Source {
    pub source: VolumeSource,
    /// GiB that it must have at least, for that.
    pub least_gb: i64,
    /// What it is, in a refusal.
    pub what: String,
    pub bootable: bool,
    pub image_metadata: BTreeMap<String, String>,
    /// Where it lies, if it lies on a host.
    pub host: Option<String>,
    pub volume_type: Option<String>,
}

impl Source {
    /// Looks it up; the image was before the transaction.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`, `SnapshotState`.
    pub async fn find(tx: &mut Tx, ctx: &Ctx, from: &FillFrom, image: Option<Image>) -> Result<Self> {
        match (from, image) {
            (FillFrom::Image(_), Some(image)) => Ok(of_image(image)),
            (FillFrom::Image(id), None) => Err(Error::not_found(Noun::Image, id.as_str())),
            (FillFrom::Volume(id), _) => of_volume(tx, ctx, id).await,
            (FillFrom::Snapshot(id), _) => {
                let snapshot = own_snapshot(tx, ctx, id).await.map_err(|error| error.at("snapshot_id"))?;
                if snapshot.status != SnapshotStatus::Available {
                    return Err(state("copy", &snapshot));
                }
                let volume = own_volume(tx, ctx, &snapshot.volume_id).await?;
                Ok(Source {
                    source: VolumeSource::Snapshot { snapshot_id: snapshot.id, volume_id: volume.id.clone() },
                    least_gb: snapshot.size_gb,
                    what: "the snapshot".to_owned(),
                    ..as_copy(volume)
                })
            }
            (FillFrom::Nothing, _) => Ok(Source {
                source: VolumeSource::Empty,
                least_gb: 1,
                what: "a volume".to_owned(),
                bootable: false,
                image_metadata: BTreeMap::new(),
                host: None,
                volume_type: None,
            }),
        }
    }
}

async fn of_volume(tx: &mut Tx, ctx: &Ctx, id: &VolumeId) -> Result<Source> {
    let volume = own_volume(tx, ctx, id).await.map_err(|error| error.at("source_volid"))?;
    is(&volume, "copy", &[VolumeStatus::Available, VolumeStatus::InUse])?;
    Ok(as_copy(volume))
}

fn as_copy(volume: Volume) -> Source {
    Source {
        source: VolumeSource::Volume { volume_id: volume.id },
        least_gb: volume.size_gb,
        what: "the volume".to_owned(),
        bootable: volume.bootable,
        image_metadata: volume.image_metadata,
        host: volume.host,
        volume_type: Some(volume.type_id.to_string()),
    }
}

fn of_image(image: Image) -> Source {
    let least_gb = image.least_volume_gb();
    let formats = [
        ("disk_format", image.disk_format.map(|format| format.to_string())),
        ("container_format", image.container_format.map(|format| format.to_string())),
        ("checksum", image.checksum),
        ("size", image.size.map(|size| size.to_string())),
    ];
    let mut image_metadata = image.properties;
    image_metadata.extend([
        ("image_id".to_owned(), image.id.to_string()),
        ("image_name".to_owned(), image.name.clone()),
        ("min_disk".to_owned(), image.min_disk.to_string()),
        ("min_ram".to_owned(), image.min_ram.to_string()),
    ]);
    image_metadata.extend(formats.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    Source {
        source: VolumeSource::Image { image_id: image.id },
        least_gb,
        what: format!("image {}", image.name),
        bootable: true,
        image_metadata,
        host: None,
        volume_type: None,
    }
}
