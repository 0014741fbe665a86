//! One page of a list, with the total.

use serde::{Deserialize, Serialize};

/// Which slice of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest<Sort> {
    pub sort: Sort,
    pub descending: bool,
    /// How many rows to leave out first.
    pub offset: u32,
    /// At most this many rows, 1 to 1000.
    pub limit: u32,
}

/// Rows, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub total: u32,
}
