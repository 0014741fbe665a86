//! What every service stands on.

use super::clock::SharedClock;
use super::events::{Events, News};
use super::store::{Db, Tx};
use super::{Ctx, Settings};
use crate::bus::Bus;
use crate::model::live::Change;
use crate::model::{Noun, Result, Timestamp};

/// Database, bus, clock, news and settings, held once for all services.
pub(super) struct Shared {
    pub db: Db,
    pub bus: std::sync::Arc<dyn Bus>,
    pub clock: SharedClock,
    pub events: Events,
    pub settings: Settings,
    /// Wakes the outbox's relay.
    pub outbox: tokio::sync::Notify,
    /// Changes on their way to the other processes that share the database, where there are any.
    pub abroad: Option<tokio::sync::mpsc::UnboundedSender<Change>>,
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

    /// A host that was last heard of before this counts as down.
    pub fn alive_since(&self) -> Timestamp {
        self.now() - self.settings.host_down_after
    }

    /// Tells open pages that something changed, whichever process they are connected to. Call it after the commit.
    pub fn spread(&self, change: Change) {
        match &self.abroad {
            // From there it comes back to this process, too.
            Some(abroad) => drop(abroad.send(change)),
            None => self.events.tell(News::Changed(change)),
        }
    }

    /// Tells the pages of the caller's project that a thing changed. Call it after the commit.
    pub fn tell(&self, ctx: &Ctx, noun: Noun, id: &str) {
        self.spread(Change { noun, id: id.to_owned(), project_id: Some(ctx.project_id.clone()), version: 0 });
    }

    /// Tells everybody's pages that a thing changed. Call it after the commit.
    pub fn tell_everybody(&self, noun: Noun, id: &str) {
        self.spread(Change { noun, id: id.to_owned(), project_id: None, version: 0 });
    }
}
