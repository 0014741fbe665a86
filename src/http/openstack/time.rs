//! The three ways in which OpenStack's services write a moment.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};

use crate::model::{Error, Reason, Result, Timestamp};

/// `2026-11-22T07:45:15Z`: most of them.
pub fn seconds(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `2026-11-22T07:45:28.000000`: compute, where it forgot the zone.
pub fn micros(at: Timestamp) -> String {
    let mut text = micros_zulu(at);
    text.pop();
    text
}

/// `2026-11-22T08:43:42.000000Z`: identity.
pub fn micros_zulu(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A moment as clients write it: ISO 8601, in UTC where no zone is said.
///
/// # Errors
/// [`Reason::Malformed`] on `field`.
pub fn moment(field: &str, text: &str) -> Result<Timestamp> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    let bare = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|at| at.and_utc());
    zoned.or_else(|_| bare()).map_err(|_| {
        let why = format!("{field}: {text} is not a time such as 2030-01-31T12:00:00Z");
        Error::on(field, Reason::Malformed { why })
    })
}
