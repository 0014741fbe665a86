//! News for open pages: what changed, never the data itself, so that every read passes the usual checks.

use serde::{Deserialize, Serialize};

use super::{Noun, ProjectId};

/// "This thing changed"; the page refetches what it shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub noun: Noun,
    pub id: String,
    /// Who may hear of it; none means everybody who is signed in (hosts, public images, shared networks).
    #[serde(skip)]
    pub project_id: Option<ProjectId>,
    /// The thing's version, where it has one.
    pub version: i64,
}
