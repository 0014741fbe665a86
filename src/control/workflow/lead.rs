//! What is done once for the whole cloud: publishing the outbox, and comparing the records with themselves.

use std::sync::Arc;
use std::time::Duration;

use super::{reconcile, relay};
use crate::control::shared::Shared;

const PAUSE: Duration = Duration::from_secs(2);

/// Does it whenever this process is the one to do it, for ever.
pub async fn run(shared: Arc<Shared>) {
    loop {
        match shared.db.lead().await {
            Ok(mut lead) => {
                tracing::info!("publishes messages and reconciles");
                tokio::select! {
                    () = relay::run(shared.clone()) => {}
                    () = reconcile::regularly(shared.clone()) => {}
                    () = lead.lost() => tracing::warn!("leaves publishing and reconciling to another process"),
                }
            }
            Err(error) => tracing::warn!(%error, "cannot ask who publishes messages"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
