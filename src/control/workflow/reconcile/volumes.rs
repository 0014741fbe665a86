//! Volumes that wait for their hosts, and instances' volumes that wait to be plugged in or taken out.

use chrono::TimeDelta;

use crate::bus::contract::ComputeMessage;
use crate::bus::{Envelope, Topic};
use crate::control::shared::Shared;
use crate::control::store::{Tx, hosts, volume_attachments, volumes};
use crate::control::volume::work;
use crate::control::workflow::outbox;
use crate::model::volume::Volume;
use crate::model::{Result, VolumeId};

/// How long a host that was told has before it is told again; one that is at work says how far it is.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);

/// Tells the hosts of all of them again, if they are alive. What an image was to be fetched for has no token any more:
/// whoever is not at work on it says that it was cut short.
pub async fn remind(shared: &Shared) -> Result<()> {
    let told_before = shared.now() - PATIENCE;
    let mut seen = shared.db.snapshot().await?;
    let waiting = volumes::waiting(&mut seen, told_before).await?;
    let unwired = volume_attachments::waiting(&mut seen, told_before).await?;
    drop(seen);
    for volume in waiting {
        if is_alive(shared, &volume.host).await? {
            let mut tx = shared.db.write().await?;
            work::remind(&mut tx, &volume.id, &volume.host, &volume.request_id, None, shared.now()).await?;
            was_told(shared, tx, &volume.id).await?;
            tracing::warn!(volume = %volume.id, host = volume.host, "told the host again");
        }
    }
    for attachment in unwired {
        if is_alive(shared, &attachment.host).await? {
            let volume_attachments::Waiting { instance_id, volume_id, host, request_id } = attachment;
            let mut tx = shared.db.write().await?;
            let message = ComputeMessage::Volumes { instance_id: instance_id.clone(), request_id: request_id.clone() };
            let envelope = Envelope::new(&request_id, &message);
            outbox::enqueue(&mut tx, &Topic::compute(&host), &envelope, shared.now()).await?;
            was_told(shared, tx, &volume_id).await?;
            tracing::warn!(instance = %instance_id, host, "told the host of its instance's volumes again");
        }
    }
    Ok(())
}

async fn is_alive(shared: &Shared, host: &str) -> Result<bool> {
    Ok(hosts::reported(shared.db.read(), host, shared.alive_since()).await?.is_some())
}

async fn was_told(shared: &Shared, mut tx: Tx, id: &VolumeId) -> Result<()> {
    if let Some(volume) = volumes::by_id(&mut tx, id).await? {
        let updated_at = shared.now();
        volumes::record(&mut tx, &Volume { updated_at, ..volume }).await?;
    }
    shared.commit(tx).await
}
