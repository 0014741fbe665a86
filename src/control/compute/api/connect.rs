//! How to get into an instance.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::ComputeApi;
use crate::control::Ctx;
use crate::control::network::reach;
use crate::control::store;
use crate::model::connect::{Connection, door, login};
use crate::model::instance::Instance;
use crate::model::reach::{Place, Question, Traffic};
use crate::model::volume::Volume;
use crate::model::{InstanceId, Kind, Result};

const SSH: u16 = 22;

impl ComputeApi {
    /// The name and the properties of the image that the guest's system stems from.
    async fn guest_system(&self, ctx: &Ctx, instance: &Instance) -> Result<(String, BTreeMap<String, String>)> {
        let Some(image) = &instance.image else {
            let volumes = store::volumes::of_instance(&mut *self.shared.db.snapshot().await?, &instance.id).await?;
            let starts_it = |volume: &Volume| volume.attachments.iter().any(|attachment| attachment.boot);
            let properties = volumes.into_iter().find(starts_it).map(|volume| volume.image_metadata);
            let properties = properties.unwrap_or_default();
            return Ok((properties.get("image_name").cloned().unwrap_or_default(), properties));
        };
        match self.image.image(ctx, &image.id).await {
            Ok(found) => Ok((image.name.clone(), found.properties)),
            // Its name is still known of an image that is gone.
            Err(error) if error.kind() == Kind::NotFound => Ok((image.name.clone(), BTreeMap::new())),
            Err(error) => Err(error),
        }
    }

    /// What an `ssh` command needs, and whether it gets through from `from`, the address of the person who asks.
    ///
    /// # Errors
    /// `NotFound`, also for another project's.
    pub async fn connection(&self, ctx: &Ctx, id: &InstanceId, from: IpAddr) -> Result<Connection> {
        let instance = self.instance(ctx, id).await?;
        let (name, properties) = self.guest_system(ctx, &instance).await?;
        let question =
            Question { from: Place::Address(from), to: Place::Instance(id.clone()), traffic: Traffic::tcp(SSH) };
        let snapshot = self.network.snapshot_between(ctx, from, id).await?;
        Ok(Connection {
            login: login(&name, &properties),
            key_name: instance.key_name,
            door: door(&snapshot, id),
            ssh: reach::answer(&snapshot, question)?,
        })
    }
}
