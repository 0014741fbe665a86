//! Flavors: the sizes that instances come in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::FlavorId;

/// A flavor (compute API `/flavors`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Flavor {
    pub id: FlavorId,
    pub name: String,
    pub vcpus: i64,
    /// Memory in MiB.
    pub ram_mb: i64,
    /// Root disk in GiB; 0 means "as large as the image".
    pub disk_gb: i64,
    /// Otherwise only administrators and the projects that were given access see it.
    pub is_public: bool,
    #[serde(default)]
    pub description: Option<String>,
    /// MiB; kept for the API, no guest gets it.
    #[serde(default)]
    pub swap_mb: i64,
    /// GiB; kept for the API, no guest gets it.
    #[serde(default)]
    pub ephemeral_gb: i64,
    /// Kept for the API.
    #[serde(default = "usual_factor")]
    pub rxtx_factor: f64,
    #[serde(default)]
    #[cfg_attr(feature = "control", sqlx(json))]
    pub extra_specs: BTreeMap<String, String>,
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
    pub description: Option<String>,
    pub swap_mb: i64,
    pub ephemeral_gb: i64,
    /// None means 1.
    pub rxtx_factor: Option<f64>,
}

/// The factor of a flavor for which nobody said one.
pub fn usual_factor() -> f64 {
    1.0
}
