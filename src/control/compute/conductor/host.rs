//! Heartbeats.

use crate::control::shared::Shared;
use crate::control::store::hosts;
use crate::model::host::Inventory;
use crate::model::{Noun, Result};

/// Writes down that the host is alive and what it has. Pages are told when that is news: a new host, one that was
/// silent, or one whose inventory or trouble changed.
pub async fn heartbeat(shared: &Shared, inventory: &Inventory) -> Result<()> {
    let known = hosts::reported(shared.db.read(), &inventory.host, shared.alive_since()).await?;
    let is_news = known.as_ref() != Some(inventory);
    let mut tx = shared.db.write().await?;
    hosts::heartbeat(&mut tx, inventory, shared.now()).await?;
    shared.commit(tx).await?;
    if is_news {
        shared.tell_everybody(Noun::Host, &inventory.host);
    }
    Ok(())
}
