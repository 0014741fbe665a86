//! Which instances have which volumes.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ticked;
#[cfg(feature = "ssr")]
use super::*;
use crate::model::volume::{Attachment, Volume};
use crate::model::{Error, InstanceId, VolumeId};
#[cfg(feature = "ssr")]
use crate::model::{Reason, volume::NewAttachment};

/// The volumes of an instance, and those that it could be given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceVolumes {
    /// What it has or is to have; the one that it starts from comes first.
    pub had: Vec<(Attachment, Volume)>,
    /// What no instance has.
    pub free: Vec<Volume>,
}

/// The volumes of an instance, with the project's free ones.
#[server(endpoint = "instances/volumes", name = ShowInstanceVolumes)]
pub async fn instance_volumes(id: InstanceId) -> Result<InstanceVolumes, Error> {
    answer(async {
        let (ctx, services) = (ctx()?, services()?);
        let mut had = Vec::new();
        for attachment in services.compute.volumes_of(&ctx, &id).await? {
            let volume = services.volume.volume(&ctx, &attachment.volume_id).await?;
            had.push((attachment, volume));
        }
        let mut free = services.volume.volumes(&ctx, false).await?;
        free.retain(|volume| volume.status == crate::model::volume::VolumeStatus::Available);
        Ok(InstanceVolumes { had, free })
    })
    .await
}

/// The form that gives an instance a volume.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AttachForm {
    pub instance: String,
    pub volume: String,
    /// Such as `vdb`; empty for the next free one.
    pub device: String,
    /// The volume goes with the instance.
    #[serde(with = "ticked")]
    pub delete_on_termination: bool,
}

/// Gives an instance a volume, running or not. Goes on to `next`, else to the instance's volumes.
#[server(endpoint = "volumes/attach")]
pub async fn attach_volume(
    #[server(flatten)] form: AttachForm,
    #[server(default)] next: String,
) -> Result<Attachment, Error> {
    answer(async {
        let (instance, wanted) = form.command()?;
        let attached = services()?.compute.attach_volume(&ctx()?, &instance, wanted).await;
        let attachment = attached.map_err(at_form_field)?;
        go_on(&next, &instance, &attachment.device);
        Ok(attachment)
    })
    .await
}

#[cfg(feature = "ssr")]
impl AttachForm {
    /// The instance, and what the compute service is asked for.
    ///
    /// # Errors
    /// On the field that is empty.
    pub(in crate::dashboard) fn command(&self) -> Result<(InstanceId, NewAttachment), Error> {
        let chosen = |field: &str, text: &str| {
            form::optional(text).ok_or_else(|| Error::on(field, Reason::Required { field: field.to_owned() }))
        };
        let instance = chosen("instance", &self.instance)?.into();
        let wanted = NewAttachment {
            volume_id: chosen("volume", &self.volume)?.into(),
            device: form::optional(&self.device),
            tag: None,
            delete_on_termination: self.delete_on_termination,
        };
        Ok((instance, wanted))
    }
}

/// Takes a volume from an instance. Goes on to `next`, else to the instance's volumes.
#[server(endpoint = "volumes/detach")]
pub async fn detach_volume(
    instance: InstanceId,
    volume: VolumeId,
    #[server(default)] name: String,
    #[server(default)] next: String,
) -> Result<(), Error> {
    answer(async {
        services()?.compute.detach_volume(&ctx()?, &instance, &volume).await?;
        go_on(&next, &instance, &name);
        Ok(())
    })
    .await
}

/// The tab of an instance's page where its volumes are shown.
pub fn tab(id: &InstanceId) -> String {
    format!("/instances/{id}?tab=volumes")
}

#[cfg(feature = "ssr")]
fn go_on(next: &str, instance: &InstanceId, name: &str) {
    let own = tab(instance);
    done(if next.is_empty() { &own } else { session::local_path(next) }, "done", name);
}

/// Puts a refusal at the form's field: the service says of which of the two it speaks by the reason alone.
#[cfg(feature = "ssr")]
fn at_form_field(refusal: Error) -> Error {
    let field = match refusal.reason {
        Reason::InvalidState { .. } | Reason::Busy { .. } | Reason::Locked { .. } | Reason::NoFreeDevice { .. } => {
            "instance"
        }
        Reason::DeviceInUse { .. } => "device",
        Reason::VolumeState { .. } => "volume",
        _ => return refusal,
    };
    refusal.at(field)
}
