//! Words that clients keep with volumes and snapshots.

use std::collections::BTreeMap;

/// Keys and what they say; each at most 255 characters.
pub type Metadata = BTreeMap<String, String>;

/// How metadata is to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataChange {
    /// Items are added, or given other values.
    Merge(Metadata),
    /// These items and no others.
    Replace(Metadata),
    /// The item with this key goes.
    Remove(String),
}
