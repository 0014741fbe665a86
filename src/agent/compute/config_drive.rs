//! The config drive: an instance's metadata on a read-only disk, for guests that find no metadata service.

use super::Host;
use super::hypervisor::NewDrive;
use crate::agent::metadata::{Documents, seed};
use crate::bus::contract::{InstanceSpec, MetadataOf};
use crate::model::{Error, Noun, Result};

/// Makes an instance's config drive anew, if it is to have one.
///
/// # Errors
/// When the conductor does not answer, or the drive cannot be made.
pub async fn make(host: &Host, spec: &InstanceSpec) -> Result<()> {
    if !spec.config_drive {
        return Ok(());
    }
    let id = &spec.instance_id;
    let metadata = host.conductor.metadata(MetadataOf::Instance { instance_id: id.clone() }).await?;
    let metadata = metadata.ok_or_else(|| Error::not_found(Noun::Instance, id.as_str()))?;
    let files = Documents::new(&metadata, &seed()).drive();
    host.hypervisor.make_drive(&NewDrive { path: host.layout.config_drive(id), files }).await
}
