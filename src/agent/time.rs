//! The time of the agent's reports.

use chrono::{SubsecRound, Utc};

use crate::model::Timestamp;

/// Now, truncated to microseconds as records keep it.
pub fn now() -> Timestamp {
    Utc::now().trunc_subsecs(6)
}
