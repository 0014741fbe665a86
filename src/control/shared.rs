//! What every service stands on.

use super::Settings;
use super::clock::SharedClock;
use super::events::Events;
use super::store::{Db, Tx};
use crate::bus::Bus;
use crate::model::{Result, Timestamp};

/// Database, bus, clock, news and settings, held once for all services.
pub(super) struct Shared {
    pub db: Db,
    pub bus: std::sync::Arc<dyn Bus>,
    pub clock: SharedClock,
    pub events: Events,
    pub settings: Settings,
    /// Wakes the outbox's relay.
    pub outbox: tokio::sync::Notify,
}

impl Shared {
    /// Now, by the clock that everything is written with.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Commits, and has published at once what the transaction put into the outbox.
    pub async fn commit(&self, tx: Tx) -> Result<()> {
        tx.commit().await?;
        self.outbox.notify_one();
        Ok(())
    }
}
