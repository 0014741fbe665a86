//! Host aggregates: hosts that belong together, and the availability zones that they make.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// The member of an aggregate's metadata that is its zone.
pub const ZONE: &str = "availability_zone";

/// A host aggregate (compute API `/os-aggregates`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Counted from 1.
    pub id: i64,
    pub uuid: String,
    /// No two have the same.
    pub name: String,
    /// The zone of its hosts, instead of their own.
    pub availability_zone: Option<String>,
    /// Without [`ZONE`].
    pub metadata: BTreeMap<String, String>,
    /// By name.
    pub hosts: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Option<Timestamp>,
}

/// Changes to an aggregate; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AggregatePatch {
    pub name: Option<String>,
    /// None within takes the zone away.
    pub availability_zone: Option<Option<String>>,
}
