//! What a new volume or instance can be made from, in one field of a form.

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::*;
use crate::model::volume::FillFrom;
#[cfg(feature = "ssr")]
use crate::{
    control::Ctx,
    model::volume::{SnapshotStatus, VolumeStatus},
    model::{Error, Reason, Result},
};

/// Before an image's id. The launch form does without.
pub const IMAGE: &str = "image:";
/// Before a volume's id.
pub const VOLUME: &str = "volume:";
/// Before a snapshot's id.
pub const SNAPSHOT: &str = "snapshot:";

/// Something that a volume can be made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub from: FillFrom,
    pub name: String,
    /// GiB that the volume must have at least.
    pub least_gb: i64,
    /// Whether instances start from what it holds.
    pub bootable: bool,
    /// A volume that no instance has.
    pub free: bool,
}

impl Source {
    /// Its value in a form.
    pub fn value(&self) -> String {
        value(&self.from)
    }
}

/// A form's value for a source.
pub fn value(from: &FillFrom) -> String {
    match from {
        FillFrom::Nothing => String::new(),
        FillFrom::Image(id) => format!("{IMAGE}{id}"),
        FillFrom::Volume(id) => format!("{VOLUME}{id}"),
        FillFrom::Snapshot(id) => format!("{SNAPSHOT}{id}"),
    }
}

/// The source that a form's value names. What is preceded by nothing is an image.
pub fn chosen(text: &str) -> FillFrom {
    let text = text.trim();
    match (text.strip_prefix(VOLUME), text.strip_prefix(SNAPSHOT)) {
        (Some(volume), _) => FillFrom::Volume(volume.into()),
        (_, Some(snapshot)) => FillFrom::Snapshot(snapshot.into()),
        _ if text.is_empty() => FillFrom::Nothing,
        _ => FillFrom::Image(text.strip_prefix(IMAGE).unwrap_or(text).into()),
    }
}

/// The images, volumes and snapshots that a new volume of the project can be made from now.
#[cfg(feature = "ssr")]
pub(super) async fn sources(ctx: &Ctx) -> Result<Vec<Source>> {
    let images = services()?.image.images(ctx).await?;
    let images = images.into_iter().filter(|image| image.holds_a_disk().is_ok()).map(|image| Source {
        least_gb: image.least_volume_gb(),
        from: FillFrom::Image(image.id),
        name: image.name,
        bootable: true,
        free: false,
    });
    Ok(images.chain(copies(ctx).await?).collect())
}

/// The volumes and snapshots among them.
#[cfg(feature = "ssr")]
pub(super) async fn copies(ctx: &Ctx) -> Result<Vec<Source>> {
    let service = services()?.volume;
    let (volumes, snapshots) = (service.volumes(ctx, false).await?, service.snapshots(ctx, false).await?);
    let taken = snapshots.into_iter().filter(|snapshot| snapshot.status == SnapshotStatus::Available).map(|snapshot| {
        let bootable = volumes.iter().any(|volume| volume.id == snapshot.volume_id && volume.bootable);
        let name = snapshot.title().to_owned();
        Source { from: FillFrom::Snapshot(snapshot.id), name, least_gb: snapshot.size_gb, bootable, free: false }
    });
    let taken: Vec<Source> = taken.collect();
    let whole = |status| matches!(status, VolumeStatus::Available | VolumeStatus::InUse);
    let volumes = volumes.into_iter().filter(|volume| whole(volume.status)).map(|volume| Source {
        name: volume.title().to_owned(),
        from: FillFrom::Volume(volume.id),
        least_gb: volume.size_gb,
        bootable: volume.bootable,
        free: volume.status == VolumeStatus::Available,
    });
    Ok(volumes.chain(taken).collect())
}

/// Puts a refusal at the form's field: services name the members of their own requests, or none for what has to do with
/// what somebody else has in hand.
#[cfg(feature = "ssr")]
pub(super) fn at_form_field(refusal: Error, source: &str, size: &str) -> Error {
    let field = match (refusal.field.as_deref(), &refusal.reason) {
        (Some("image_id" | "snapshot_id" | "source_volid"), _)
        | (None, Reason::VolumeState { .. } | Reason::SnapshotState { .. }) => source,
        (Some("size" | "new_size"), _) | (None, Reason::NoRoomForVolume { .. }) => size,
        (None, Reason::QuotaExceeded { resource, .. }) if resource.contains("gigabytes") => size,
        _ => return refusal,
    };
    refusal.at(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_reads_back_from_its_value() {
        let sources = [
            FillFrom::Nothing,
            FillFrom::Image("a".into()),
            FillFrom::Volume("b".into()),
            FillFrom::Snapshot("c".into()),
        ];
        for source in sources {
            assert_eq!(chosen(&value(&source)), source);
        }
        assert_eq!(chosen("plain"), FillFrom::Image("plain".into()));
    }

    #[test]
    fn a_refusal_goes_to_the_field_that_can_be_changed() {
        let at = |refusal: Error| at_form_field(refusal, "source", "size").field;
        let full =
            |resource: &str| Reason::QuotaExceeded { resource: resource.into(), requested: 1, used: 1, limit: 1 };
        assert_eq!(at(full("gigabytes").into()).as_deref(), Some("size"));
        assert_eq!(at(full("gigabytes_fast").into()).as_deref(), Some("size"));
        assert_eq!(at(full("volumes").into()), None);
        assert_eq!(at(Error::on("image_id", Reason::VolumeInterrupted)).as_deref(), Some("source"));
        assert_eq!(at(Error::on("name", Reason::VolumeInterrupted)).as_deref(), Some("name"));
    }
}
