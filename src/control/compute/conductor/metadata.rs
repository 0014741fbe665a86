//! What an instance may know of itself.

use crate::bus::contract::{InstanceMetadata, MetadataOf};
use crate::control::shared::Shared;
use crate::model::Result;

/// The metadata of the instance in question, unless it is not on the host.
pub async fn of(_shared: &Shared, _host: &str, _of: &MetadataOf) -> Result<Option<InstanceMetadata>> {
    Ok(None)
}
