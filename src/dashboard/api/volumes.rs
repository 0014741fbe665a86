//! Volumes.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ticked;
use super::sources::Source;
#[cfg(feature = "ssr")]
use super::*;
use crate::model::image::DiskFormat;
use crate::model::quota::Usage;
use crate::model::volume::{Snapshot, Volume, VolumeMessage};
use crate::model::{Error, InstanceId, VolumeId};
#[cfg(feature = "ssr")]
use crate::{
    control::Ctx,
    control::volume::Deleting,
    model::image::Visibility,
    model::validate,
    model::volume::{FillFrom, MAX_SIZE_GB, NewVolume, VolumeChange, VolumeUpload},
};

/// The project's volumes, and what stands around them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VolumeList {
    /// Newest first.
    pub volumes: Vec<Volume>,
    pub snapshots: Vec<Snapshot>,
    /// What instances are called.
    pub instances: BTreeMap<InstanceId, String>,
}

/// The project's volumes with their snapshots.
#[server(endpoint = "volumes/list")]
pub async fn volumes() -> Result<VolumeList, Error> {
    answer(async {
        let (ctx, service) = (ctx()?, services()?.volume);
        Ok(VolumeList {
            volumes: service.volumes(&ctx, false).await?,
            snapshots: service.snapshots(&ctx, false).await?,
            instances: instances::names_of(&ctx).await?,
        })
    })
    .await
}

/// A volume, and what stands around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WholeVolume {
    pub volume: Volume,
    pub snapshots: Vec<Snapshot>,
    /// Why things failed that were asked of it and of its snapshots, newest first.
    pub messages: Vec<VolumeMessage>,
    /// What instances are called.
    pub instances: BTreeMap<InstanceId, String>,
}

/// One volume.
#[server(endpoint = "volumes/show", name = ShowVolume)]
pub async fn volume(id: VolumeId) -> Result<WholeVolume, Error> {
    answer(async {
        let (ctx, service) = (ctx()?, services()?.volume);
        let volume = service.volume(&ctx, &id).await?;
        let mut snapshots = service.snapshots(&ctx, false).await?;
        snapshots.retain(|snapshot| snapshot.volume_id == id);
        let is_about = |message: &VolumeMessage| {
            let mut ids = snapshots.iter().map(|snapshot| snapshot.id.as_str()).chain([id.as_str()]);
            ids.any(|id| id == message.resource_id)
        };
        let mut messages = service.messages(&ctx).await?;
        messages.retain(is_about);
        Ok(WholeVolume { volume, snapshots, messages, instances: instances::names_of(&ctx).await? })
    })
    .await
}

/// What the form for a new volume offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeChoices {
    pub sources: Vec<Source>,
    /// Names of types.
    pub types: Vec<String>,
    pub usage: Vec<Usage>,
}

/// What a new volume can be made from and of, and how much of the quota is left for it.
#[server(endpoint = "volumes/choices", name = ShowVolumeChoices)]
pub async fn volume_choices() -> Result<VolumeChoices, Error> {
    answer(async {
        let (ctx, services) = (ctx()?, services()?);
        let types = services.volume.types(&ctx).await?;
        Ok(VolumeChoices {
            sources: sources::sources(&ctx).await?,
            types: types.into_iter().map(|kind| kind.name).collect(),
            usage: services.quota.usage(&ctx).await?,
        })
    })
    .await
}

/// Makes a volume. `source` is a value of [`sources`](super::sources), or empty; without a size it has what its
/// source needs.
#[server(endpoint = "volumes/create")]
pub async fn create_volume(
    name: String,
    #[server(default)] description: String,
    #[server(default)] source: String,
    #[server(default)] size: String,
    #[server(default)] volume_type: String,
) -> Result<Volume, Error> {
    answer(async {
        let ctx = ctx()?;
        let wanted = CreateVolume { name, description, source, size, volume_type }.command(&ctx).await?;
        let made = services()?.volume.create(&ctx, wanted).await;
        let volume = made.map_err(|refusal| sources::at_form_field(refusal, "source", "size"))?;
        done("/volumes", "created", &volume.name);
        Ok(volume)
    })
    .await
}

#[cfg(feature = "ssr")]
impl CreateVolume {
    /// What the volume service is asked for.
    ///
    /// # Errors
    /// On the field at fault.
    pub(in crate::dashboard) async fn command(self, ctx: &Ctx) -> Result<NewVolume, Error> {
        let from = sources::chosen(&self.source);
        let size_gb = size_for("size", &self.size, &from, ctx).await;
        let size_gb = size_gb.map_err(|refusal| sources::at_form_field(refusal, "source", "size"))?;
        Ok(NewVolume {
            name: validate::name("name", &self.name)?,
            description: form::optional(&self.description),
            size_gb,
            volume_type: form::optional(&self.volume_type),
            availability_zone: None,
            from,
            metadata: Default::default(),
        })
    }
}

/// GiB, if any are named; else those that an image needs. What copies need, the volume service knows.
#[cfg(feature = "ssr")]
pub(super) async fn size_for(field: &str, text: &str, from: &FillFrom, ctx: &Ctx) -> Result<Option<i64>, Error> {
    match (form::optional(text), from) {
        (Some(size), _) => form::number(field, &size, 1, MAX_SIZE_GB).map(Some),
        (None, FillFrom::Image(id)) => {
            let image = services()?.image.image(ctx, id).await.map_err(|refusal| refusal.at("image_id"))?;
            Ok(Some(image.least_volume_gb()))
        }
        (None, _) => Ok(None),
    }
}

/// The edit form of a volume.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VolumeForm {
    pub name: String,
    pub description: String,
    #[serde(with = "ticked")]
    pub bootable: bool,
}

#[cfg(feature = "ssr")]
impl VolumeForm {
    /// What the volume service is asked to change; whether it is bootable is asked for apart.
    pub(in crate::dashboard) fn change(&self) -> Result<VolumeChange, Error> {
        let name = Some(validate::name("name", &self.name)?);
        Ok(VolumeChange { name, description: Some(form::optional(&self.description)), metadata: None })
    }
}

/// Changes what is said of a volume.
#[server(endpoint = "volumes/update")]
pub async fn update_volume(id: VolumeId, #[server(flatten)] form: VolumeForm) -> Result<Volume, Error> {
    answer(async {
        let (ctx, service) = (ctx()?, services()?.volume);
        let mut volume = service.update(&ctx, &id, form.change()?).await?;
        if volume.bootable != form.bootable {
            volume = service.set_bootable(&ctx, &id, form.bootable).await?;
        }
        done(&page(&id), "saved", volume.title());
        Ok(volume)
    })
    .await
}

/// Gives a volume more room, also while an instance has it.
#[server(endpoint = "volumes/extend")]
pub async fn extend_volume(id: VolumeId, new_size: String) -> Result<Volume, Error> {
    answer(async {
        let size = ExtendVolume { id: id.clone(), new_size }.size()?;
        let extended = services()?.volume.extend(&ctx()?, &id, size, true).await;
        let volume = extended.map_err(|refusal| sources::at_form_field(refusal, "new_size", "new_size"))?;
        done(&page(&id), "done", volume.title());
        Ok(volume)
    })
    .await
}

#[cfg(feature = "ssr")]
impl ExtendVolume {
    /// GiB that it is to have.
    pub(in crate::dashboard) fn size(&self) -> Result<i64, Error> {
        form::number("new_size", &self.new_size, 1, MAX_SIZE_GB)
    }
}

/// Makes an image of a volume, also while an instance has it.
#[server(endpoint = "volumes/upload")]
pub async fn upload_volume(id: VolumeId, image_name: String, disk_format: DiskFormat) -> Result<Volume, Error> {
    answer(async {
        let wanted = UploadVolume { id: id.clone(), image_name, disk_format }.command();
        let (volume, _) = services()?.volume.upload(&ctx()?, &id, wanted).await?;
        done(&page(&id), "done", volume.title());
        Ok(volume)
    })
    .await
}

#[cfg(feature = "ssr")]
impl UploadVolume {
    /// What the volume service is asked for.
    pub(in crate::dashboard) fn command(self) -> VolumeUpload {
        VolumeUpload {
            image_name: self.image_name,
            disk_format: self.disk_format,
            visibility: Visibility::Private,
            protected: false,
            force: true,
        }
    }
}

/// Deletes a volume, and its snapshots if the box for them is ticked.
#[server(endpoint = "volumes/delete")]
pub async fn delete_volume(
    id: VolumeId,
    #[server(default)] name: String,
    #[server(default)] with_snapshots: Option<String>,
) -> Result<(), Error> {
    answer(async {
        let how = Deleting { cascade: with_snapshots.is_some(), force: false };
        services()?.volume.delete(&ctx()?, &id, how).await?;
        done("/volumes", "deleting", &name);
        Ok(())
    })
    .await
}

/// A volume's page.
pub fn page(id: &VolumeId) -> String {
    format!("/volumes/{id}")
}
