//! Making images of volumes.

use std::collections::BTreeMap;

use super::volumes::{is, own_volume};
use super::{VolumeService, tell, work};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store;
use crate::control::store::image_sources::Source;
use crate::model::image::{ContainerFormat, Image, NewImage};
use crate::model::volume::{Volume, VolumeStatus, VolumeUpload};
use crate::model::{Result, VolumeId, validate};

/// What a volume's image said of itself and the new one says anew (Cinder's `glance_core_properties`).
const SAID_ANEW: [&str; 10] = [
    "checksum",
    "container_format",
    "disk_format",
    "image_id",
    "image_name",
    "min_disk",
    "min_ram",
    "name",
    "signature_verified",
    "size",
];

impl VolumeService {
    /// Makes an image of what a volume holds now, in the background; with `force` also while an instance has it, and
    /// goes on writing.
    ///
    /// # Errors
    /// `NotFound`, `VolumeState`, and as for every image.
    pub async fn upload(&self, ctx: &Ctx, id: &VolumeId, wanted: VolumeUpload) -> Result<(Volume, Image)> {
        use VolumeStatus::{Available, InUse};
        let grant = policy::check(ctx, Action::Write, "make an image of a volume")?;
        validate::name("image_name", &wanted.image_name)?;
        let mut tx = self.shared.db.write().await?;
        let mut volume = own_volume(&mut tx, ctx, id).await?;
        is(&volume, "upload", if wanted.force { &[Available, InUse] } else { &[Available] })?;
        let image = self.image.begin_making(&mut tx, ctx, as_image(&volume, wanted), Source::Volume(id)).await?;
        let now = self.shared.now();
        volume.status = VolumeStatus::Uploading;
        volume.updated_at = now;
        store::volumes::update(&mut tx, grant, &volume).await?;
        work::tell_host(&mut tx, &volume, &ctx.request_id, Some(&ctx.token), now).await?;
        self.shared.commit(tx).await?;
        tell(&self.shared, &volume);
        self.image.tell(&image);
        Ok((volume, image))
    }
}

/// What is known of the image before its data come: what starts from it needs as much room as the volume has.
fn as_image(volume: &Volume, wanted: VolumeUpload) -> NewImage {
    let (properties, min_ram) = inherited(volume);
    NewImage {
        id: None,
        name: wanted.image_name,
        description: None,
        disk_format: Some(wanted.disk_format),
        container_format: Some(ContainerFormat::Bare),
        visibility: wanted.visibility,
        min_disk: volume.size_gb,
        min_ram,
        protected: wanted.protected,
        hidden: false,
        tags: Vec::new(),
        properties,
    }
}

/// What an image of a volume says as the volume's own image did: properties, and how many MiB of memory it takes.
pub(in crate::control) fn inherited(volume: &Volume) -> (BTreeMap<String, String>, i64) {
    let mut properties = volume.image_metadata.clone();
    properties.retain(|key, _| !SAID_ANEW.contains(&key.as_str()));
    let min_ram = volume.image_metadata.get("min_ram").and_then(|min_ram| min_ram.parse().ok());
    (properties, min_ram.unwrap_or_default())
}
