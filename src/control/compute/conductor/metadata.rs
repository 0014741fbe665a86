//! What an instance may know of itself.

use super::spec::placed_on;
use crate::bus::contract::{InstanceMetadata, MetadataOf};
use crate::control::shared::Shared;
use crate::control::store::instances::Record;
use crate::control::store::metadata;
use crate::model::{Error, Kind, Result};

/// The metadata of the instance in question, unless it is not on the host.
pub async fn of(shared: &Shared, host: &str, of: &MetadataOf) -> Result<Option<InstanceMetadata>> {
    let Some(id) = metadata::instance(shared.db.read(), of).await? else { return Ok(None) };
    match placed_on(shared, host, &id).await {
        Ok(record) => describe(shared, record).await.map(Some),
        Err(Error { reason, .. }) if reason.kind() == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn describe(shared: &Shared, record: Record) -> Result<InstanceMetadata> {
    let db = shared.db.read();
    let Record { instance, public_key, user_data, .. } = record;
    Ok(InstanceMetadata {
        number: metadata::number(db, &instance.id).await?,
        security_groups: metadata::security_groups(db, &instance.id).await?,
        nics: metadata::nics(db, &instance.id).await?,
        public_ipv4: metadata::public_ipv4(db, &instance.id).await?,
        hostname: instance.notes.hostname,
        instance_id: instance.id,
        project_id: instance.project_id,
        name: instance.name,
        availability_zone: instance.availability_zone,
        flavor_name: instance.flavor.name,
        image_id: instance.image.map(|image| image.id.to_string()).unwrap_or_default(),
        public_key: instance.key_name.zip(public_key),
        user_data,
        metadata: instance.metadata,
    })
}
