//! Flavors: the sizes that instances come in.

use serde::{Deserialize, Serialize};

use super::FlavorId;

/// A flavor (compute API `/flavors`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Flavor {
    pub id: FlavorId,
    pub name: String,
    pub vcpus: i64,
    /// Memory in MiB.
    pub ram_mb: i64,
    /// Root disk in GiB; 0 means "as large as the image".
    pub disk_gb: i64,
    pub is_public: bool,
}

/// What an administrator gives to make a flavor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NewFlavor {
    /// Chosen id, or none for a new UUID.
    pub id: Option<String>,
    pub name: String,
    pub vcpus: i64,
    pub ram_mb: i64,
    pub disk_gb: i64,
    pub is_public: bool,
}
