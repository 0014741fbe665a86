//! Routers that no host carries.

use crate::control::network;
use crate::control::shared::Shared;
use crate::control::store::routers;
use crate::model::{Noun, Result};

/// Has a host carry each of them, once there is one that can.
pub async fn place(shared: &Shared) -> Result<()> {
    let unplaced = routers::unplaced(&mut *shared.db.snapshot().await?).await?;
    for router in unplaced {
        if let Some(host) = network::place_router(shared, &router.id).await? {
            tracing::info!(router = %router.id, host, "is carried now");
            shared.tell_everybody(Noun::Router, router.id.as_str());
        }
    }
    Ok(())
}
