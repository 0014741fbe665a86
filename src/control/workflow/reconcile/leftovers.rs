//! Rows that nobody needs any more, and what is held by instances that are gone.

use super::report;
use crate::control::shared::Shared;
use crate::control::store::{allocations, console_tokens, instances};
use crate::control::workflow::release;
use crate::model::Result;

/// Removes all of them; one that cannot be removed does not stop the others.
pub async fn remove(shared: &Shared) {
    report("allocations", allocations_of_nobody(shared).await);
    report("ports", ports_of_nobody(shared).await);
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
        release::everything(&mut tx, &id, shared.now()).await?;
        shared.commit(tx).await?;
        tracing::warn!(instance = %id, "gave back ports of an instance that is gone");
    }
    Ok(())
}

async fn expired_tickets(shared: &Shared) -> Result<()> {
    let mut tx = shared.db.write().await?;
    console_tokens::forget_expired(&mut tx, shared.now()).await?;
    shared.commit(tx).await
}
