//! Volumes. The question of launch steps 26 to 28 is asked and answered; so far no instance can be asked to have one.

use super::Ctx;
use crate::model::volume::VolumeConnection;
use crate::model::{InstanceId, Result};

/// The volume service.
#[derive(Clone)]
pub struct VolumeService {}

#[allow(unused_variables)]
impl VolumeService {
    /// The volumes that an instance was asked to have, with how to reach them.
    pub async fn connections(&self, ctx: &Ctx, instance: &InstanceId, host: &str) -> Result<Vec<VolumeConnection>> {
        todo!()
    }
}
