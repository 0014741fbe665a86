//! Volumes of this pool for guests of other hosts.

use super::work::refuse_used;
use crate::agent::compute::Host;
use crate::bus::contract::VolumeAt;
use crate::model::{Error, Noun, Result, VolumeId};

/// Serves a volume to other hosts, and says where.
///
/// # Errors
/// [`crate::model::Reason::VolumeCannot`] while a guest of this host has it, or where others do not reach this host.
pub async fn serve(host: &Host, id: &VolumeId) -> Result<VolumeAt> {
    let pool = &host.volumes;
    let _data = pool.data(id).await;
    if !pool.backend.has(id).await? {
        return Err(Error::not_found(Noun::Volume, id.as_str()));
    }
    refuse_used(host, id, "Serving the volume to another host").await?;
    let export = pool.exports.open(id, &pool.backend.source(id)).await?;
    let (address, name) = (Some(export.address.to_string()), Some(export.name));
    Ok(VolumeAt::Nbd { host: host.conductor.host().to_owned(), address, export: name })
}
