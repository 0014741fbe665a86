//! What every service stands on.

use super::Settings;
use super::clock::SharedClock;
use super::events::Events;
use super::store::Db;
use crate::bus::Bus;
use crate::model::Timestamp;

/// Database, bus, clock, news and settings, held once for all services.
pub(super) struct Shared {
    pub db: Db,
    pub bus: std::sync::Arc<dyn Bus>,
    pub clock: SharedClock,
    pub events: Events,
    pub settings: Settings,
}

impl Shared {
    /// Now, by the clock that everything is written with.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
