//! Making images of instances.

use std::collections::BTreeMap;

use super::ComputeApi;
use super::metadata::metadata_fits;
use super::verbs::With;
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::model::image::{ContainerFormat, DiskFormat, Image, NewImage, Visibility};
use crate::model::instance::{Instance, InstanceImage, NewInstanceImage};
use crate::model::state::Verb;
use crate::model::{Error, InstanceId, Result, validate};

impl ComputeApi {
    /// Makes an image of what an instance's disk holds now, in the background; the guest goes on meanwhile. For an instance
    /// that starts from a volume, snapshots of its volumes are taken, and the image names them.
    ///
    /// # Errors
    /// As [`Verb::check`], and as for every image and snapshot.
    pub async fn create_image(&self, ctx: &Ctx, id: &InstanceId, wanted: NewInstanceImage) -> Result<Image> {
        let grant = policy::check(ctx, Action::Write, "make an image of an instance")?;
        validate::name("name", &wanted.name)?;
        metadata_fits(&wanted.metadata)?;
        let instance = self.visible(ctx, id).await?.instance;
        let Some(base) = &instance.image else { return self.image_of_snapshots(ctx, grant, id, wanted).await };
        // It may be gone by now, or somebody else's.
        let known = self.image.image(ctx, &base.id).await.ok();
        let new = as_image(ctx, &instance, base, known, wanted);
        let (_, image) = self.begin(ctx, id, Verb::CreateImage, With::Image(new.into())).await?;
        image.ok_or_else(|| Error::internal("an image was to be made"))
    }
}

/// What is known of the image before its data come, with Nova's words for where it is from.
fn as_image(
    ctx: &Ctx,
    instance: &Instance,
    base: &InstanceImage,
    known: Option<Image>,
    wanted: NewInstanceImage,
) -> NewImage {
    let (inherited, min_disk, min_ram) =
        known.map(|image| (image.properties, image.min_disk, image.min_ram)).unwrap_or_default();
    let mut image = of_instance(ctx, &instance.id, wanted, inherited);
    image.properties.insert("base_image_ref".to_owned(), base.id.to_string());
    // The disk is as large as its flavor says.
    NewImage { min_disk: min_disk.max(instance.flavor.disk_gb), min_ram, ..image }
}

/// An image of an instance, whatever it starts from: what it inherits, what was asked for, and Nova's words for where it is
/// from.
pub(super) fn of_instance(
    ctx: &Ctx,
    instance: &InstanceId,
    wanted: NewInstanceImage,
    inherited: BTreeMap<String, String>,
) -> NewImage {
    let own = [("image_type", "snapshot"), ("instance_uuid", instance.as_str()), ("user_id", ctx.user_id.as_str())];
    let mut properties = inherited;
    properties.extend(wanted.metadata);
    properties.extend(own.map(|(key, value)| (key.to_owned(), value.to_owned())));
    NewImage {
        id: None,
        name: wanted.name,
        description: None,
        disk_format: Some(DiskFormat::Qcow2),
        container_format: Some(ContainerFormat::Bare),
        visibility: Visibility::Private,
        min_disk: 0,
        min_ram: 0,
        protected: false,
        hidden: false,
        tags: Vec::new(),
        properties,
    }
}
