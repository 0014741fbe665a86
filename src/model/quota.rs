//! Project limits and the arithmetic of what still fits.

use serde::{Deserialize, Serialize};

use super::{Reason, VolumeTypeId, state::words};

words! {
    /// What a project's use is counted in. Memory in MiB, volumes' space in GiB, the rest in pieces.
    Resource {
        Instances = "instances", Cores = "cores", Ram = "ram", KeyPairs = "key_pairs", Networks = "networks",
        Subnets = "subnets", Ports = "ports", SecurityGroups = "security_groups",
        SecurityGroupRules = "security_group_rules", Routers = "routers", FloatingIps = "floating_ips",
        ServerGroups = "server_groups", ServerGroupMembers = "server_group_members",
        Volumes = "volumes", Snapshots = "snapshots", Gigabytes = "gigabytes",
        PerVolumeGigabytes = "per_volume_gigabytes",
    }
}

impl Resource {
    /// What can be limited for each type of volumes as well.
    pub const OF_A_TYPE: [Self; 3] = [Self::Volumes, Self::Gigabytes, Self::Snapshots];

    /// The limit of a project for which nobody set one (Nova's, Neutron's and Cinder's own defaults).
    pub fn default_limit(self) -> i64 {
        match self {
            Self::Instances => 10,
            Self::Cores => 20,
            Self::Ram => 51_200,
            Self::KeyPairs | Self::Networks | Self::Subnets => 100,
            Self::Ports => 500,
            Self::SecurityGroups | Self::Routers | Self::ServerGroups | Self::ServerGroupMembers => 10,
            Self::Volumes | Self::Snapshots => 10,
            Self::Gigabytes => 1000,
            Self::PerVolumeGigabytes => -1,
            Self::FloatingIps => 50,
            Self::SecurityGroupRules => 100,
        }
    }
}

/// A limit and what is used of it; -1 means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    pub resource: Resource,
    pub used: i64,
    pub limit: i64,
}

impl Usage {
    /// How much is left, or none without a limit.
    pub fn left(&self) -> Option<i64> {
        (self.limit >= 0).then(|| (self.limit - self.used).max(0))
    }

    /// Whether `more` still fits.
    ///
    /// # Errors
    /// [`Reason::QuotaExceeded`] with the numbers.
    pub fn check(&self, more: i64) -> Result<(), Reason> {
        match self.left() {
            Some(left) if more > left => Err(Reason::QuotaExceeded {
                resource: self.resource.to_string(),
                requested: more,
                used: self.used,
                limit: self.limit,
            }),
            _ => Ok(()),
        }
    }
}

/// A resource as far as volumes of one type, and their snapshots, take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfType {
    pub type_id: VolumeTypeId,
    /// One of [`Resource::OF_A_TYPE`].
    pub resource: Resource,
}

impl OfType {
    /// What Cinder calls the limit, such as `gigabytes_fast`.
    pub fn name(resource: Resource, type_name: &str) -> String {
        format!("{resource}_{type_name}")
    }
}

/// As [`Usage`], of one type of volumes; usually there is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeUsage {
    pub of: OfType,
    pub type_name: String,
    pub usage: Usage,
}

impl TypeUsage {
    /// As [`OfType::name`].
    pub fn name(&self) -> String {
        OfType::name(self.of.resource, &self.type_name)
    }

    /// As [`Usage::check`], under this limit's own name.
    ///
    /// # Errors
    /// [`Reason::QuotaExceeded`] with the numbers.
    pub fn check(&self, more: i64) -> Result<(), Reason> {
        self.usage.check(more).map_err(|reason| match reason {
            Reason::QuotaExceeded { requested, used, limit, .. } => {
                Reason::QuotaExceeded { resource: self.name(), requested, used, limit }
            }
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_let_in_never_passes_the_limit(used in 0i64..100, limit in -1i64..100, more in 0i64..100) {
            let usage = Usage { resource: Resource::Cores, used, limit };
            if usage.check(more).is_ok() && more > 0 && limit >= 0 {
                prop_assert!(used + more <= limit);
            }
        }
    }
}
