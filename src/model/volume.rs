//! Block volumes attached to instances. The question is asked at every launch; so far the answer is an empty list.

use serde::{Deserialize, Serialize};

/// How a host reaches a volume that an instance was asked to have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VolumeConnection {
    pub volume_id: String,
    /// Guest device such as `vdb`.
    pub device: String,
}
