//! How to get into an instance.

use std::net::IpAddr;

use super::ComputeApi;
use crate::control::Ctx;
use crate::control::network::reach;
use crate::model::connect::{Connection, door, login};
use crate::model::reach::{Place, Question, Traffic};
use crate::model::{InstanceId, Kind, Result};

const SSH: u16 = 22;

impl ComputeApi {
    /// What an `ssh` command needs, and whether it gets through from `from`, the address of the person who asks.
    ///
    /// # Errors
    /// `NotFound`, also for another project's.
    pub async fn connection(&self, ctx: &Ctx, id: &InstanceId, from: IpAddr) -> Result<Connection> {
        let instance = self.instance(ctx, id).await?;
        let properties = match self.image.image(ctx, &instance.image.id).await {
            Ok(image) => image.properties,
            // Its name is still known of an image that is gone.
            Err(error) if error.kind() == Kind::NotFound => Default::default(),
            Err(error) => return Err(error),
        };
        let question =
            Question { from: Place::Address(from), to: Place::Instance(id.clone()), traffic: Traffic::tcp(SSH) };
        let snapshot = self.network.snapshot_between(ctx, from, id).await?;
        Ok(Connection {
            login: login(&instance.image.name, &properties),
            key_name: instance.key_name,
            door: door(&snapshot, id),
            ssh: reach::answer(&snapshot, question)?,
        })
    }
}
