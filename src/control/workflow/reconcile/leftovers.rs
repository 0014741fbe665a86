//! Rows that nobody needs any more, and what is held by instances that are gone.

use chrono::TimeDelta;

use super::report;
use crate::control::image::end_making;
use crate::control::shared::Shared;
use crate::control::store::{
    allocations, console_tokens, image_sources, instances, volume_attachments, volume_messages,
};
use crate::control::volume::holding;
use crate::control::workflow::release;
use crate::model::Result;

/// How many days messages on volumes are kept, as Cinder does.
const MESSAGES_LAST: TimeDelta = TimeDelta::days(30);

/// Removes all of them; one that cannot be removed does not stop the others.
pub async fn remove(shared: &Shared) {
    report("allocations", allocations_of_nobody(shared).await);
    report("ports", ports_of_nobody(shared).await);
    report("volumes", volumes_of_nobody(shared).await);
    report("images", images_of_nobody(shared).await);
    report("messages on volumes", old_messages(shared).await);
    report("console tickets", expired_tickets(shared).await);
}

async fn allocations_of_nobody(shared: &Shared) -> Result<()> {
    let mut tx = shared.db.write().await?;
    let released = allocations::release_orphans(&mut tx).await?;
    if released > 0 {
        tracing::warn!(released, "gave back room that no instance held");
        shared.commit(tx).await?;
    }
    Ok(())
}

async fn ports_of_nobody(shared: &Shared) -> Result<()> {
    for id in instances::gone_with_ports(shared.db.read()).await? {
        let mut tx = shared.db.write().await?;
        let volumes = release::everything(&mut tx, &id, shared.now()).await?;
        shared.commit(tx).await?;
        volumes.tell(shared);
        tracing::warn!(instance = %id, "gave back ports of an instance that is gone");
    }
    Ok(())
}

async fn volumes_of_nobody(shared: &Shared) -> Result<()> {
    for id in volume_attachments::of_nobody(shared.db.read()).await? {
        let mut tx = shared.db.write().await?;
        let volumes = holding::released(&mut tx, &id, shared.now()).await?;
        shared.commit(tx).await?;
        volumes.tell(shared);
        tracing::warn!(instance = %id, "gave back volumes of an instance that is gone");
    }
    Ok(())
}

async fn images_of_nobody(shared: &Shared) -> Result<()> {
    for left in image_sources::of_nobody(shared.db.read()).await? {
        let Some(source) = left.source() else { continue };
        let mut tx = shared.db.write().await?;
        let made = end_making(&mut tx, source).await?;
        shared.commit(tx).await?;
        made.tell(shared);
        tracing::warn!(?source, "nothing waits for the image that was being made of it");
    }
    Ok(())
}

async fn expired_tickets(shared: &Shared) -> Result<()> {
    let mut tx = shared.db.write().await?;
    console_tokens::forget_expired(&mut tx, shared.now()).await?;
    shared.commit(tx).await
}

async fn old_messages(shared: &Shared) -> Result<()> {
    let mut tx = shared.db.write().await?;
    if volume_messages::forget_before(&mut tx, shared.now() - MESSAGES_LAST).await? > 0 {
        shared.commit(tx).await?;
    }
    Ok(())
}
