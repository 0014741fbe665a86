//! The three ways in which OpenStack's services write a moment.

use crate::model::Timestamp;

/// `2026-11-22T07:45:15Z`: most of them.
pub fn seconds(at: Timestamp) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2026-11-22T07:45:28.000000`: compute, where it forgot the zone.
pub fn micros(at: Timestamp) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

/// `2026-11-22T08:43:42.000000Z`: identity.
pub fn micros_zulu(at: Timestamp) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
