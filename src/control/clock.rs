//! Time as a parameter.

use std::sync::Arc;

use chrono::{DurationRound, TimeDelta, Utc};

use crate::model::Timestamp;

/// Tells the time; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// Now, in whole microseconds, so that what is read back equals what was written on every database.
    fn now(&self) -> Timestamp;
}

/// A shared clock.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Utc::now();
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }
}
