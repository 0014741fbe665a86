//! Who else may use a network.

use serde::{Deserialize, Serialize};

use crate::model::{NetworkId, ProjectId, RbacPolicyId};

/// A network that is shared with a project (network API `/v2.0/rbac-policies`, action `access_as_shared`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RbacPolicy {
    pub id: RbacPolicyId,
    pub network_id: NetworkId,
    /// Whose policy it is.
    pub project_id: ProjectId,
    /// None means every project.
    pub target: Option<ProjectId>,
}

/// What a person gives to share a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRbacPolicy {
    pub network_id: NetworkId,
    /// None means every project.
    pub target: Option<ProjectId>,
}
