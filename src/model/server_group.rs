//! Server groups: instances that are to run on the same host, or on different ones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::scheduling::Refusal;
use super::state::words;
use super::{InstanceId, ProjectId, ServerGroupId, UserId};

words! {
    /// What a server group asks of the scheduler. The soft ones are wishes: an instance starts, too, where they fail.
    Policy {
        Affinity = "affinity", AntiAffinity = "anti-affinity", SoftAffinity = "soft-affinity",
        SoftAntiAffinity = "soft-anti-affinity",
    }
}

/// A server group (compute API `/os-server-groups`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerGroup {
    pub id: ServerGroupId,
    pub project_id: ProjectId,
    pub user_id: UserId,
    pub name: String,
    pub policy: Policy,
    /// With anti-affinity, how many may share a host; from 1 on.
    pub max_per_host: u32,
    /// The living ones, oldest first.
    pub members: Vec<InstanceId>,
}

/// A server group that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewServerGroup {
    /// 1 to 255 characters; several groups may share a name.
    pub name: String,
    pub policy: Policy,
    /// As [`ServerGroup::max_per_host`].
    pub max_per_host: u32,
}

/// The other instances of an instance's server group: how many of them are on which host.
#[derive(Debug, Clone, PartialEq)]
pub struct Companions {
    pub policy: Policy,
    pub max_per_host: u32,
    pub on: BTreeMap<String, u32>,
}

impl Companions {
    /// How many of them are on a host.
    pub fn at(&self, host: &str) -> u32 {
        self.on.get(host).copied().unwrap_or(0)
    }

    /// Whether the instance may join those that are on a host already.
    ///
    /// # Errors
    /// [`Refusal::TooManyCompanions`].
    pub fn let_join(&self, host: &str) -> Result<(), Refusal> {
        let here = self.at(host);
        if self.policy != Policy::AntiAffinity || here < self.max_per_host {
            return Ok(());
        }
        Err(Refusal::TooManyCompanions { here: here.into(), max: self.max_per_host.into() })
    }

    /// Whether the instance may be away from those that are elsewhere.
    ///
    /// # Errors
    /// [`Refusal::CompanionsElsewhere`].
    pub fn let_part(&self, host: &str) -> Result<(), Refusal> {
        if self.policy != Policy::Affinity || self.on.is_empty() || self.at(host) > 0 {
            return Ok(());
        }
        Err(Refusal::CompanionsElsewhere { hosts: self.on.keys().cloned().collect::<Vec<_>>().join(", ") })
    }

    /// Whether the instance may go to a host, by either policy.
    ///
    /// # Errors
    /// As [`Self::let_join`] and [`Self::let_part`].
    pub fn let_on(&self, host: &str) -> Result<(), Refusal> {
        self.let_join(host).and_then(|()| self.let_part(host))
    }

    /// How well a soft policy likes a host: the more, the better.
    pub fn liking(&self, host: &str) -> u32 {
        let most = self.on.values().max().copied().unwrap_or(0);
        match self.policy {
            Policy::SoftAffinity => self.at(host),
            Policy::SoftAntiAffinity => most - self.at(host),
            Policy::Affinity | Policy::AntiAffinity => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn companions(policy: Policy, max_per_host: u32) -> Companions {
        Companions { policy, max_per_host, on: [("a".to_owned(), 2), ("b".to_owned(), 1)].into() }
    }

    #[test]
    fn anti_affinity_counts_those_that_are_there() {
        let two = companions(Policy::AntiAffinity, 2);
        assert_eq!(two.let_join("a"), Err(Refusal::TooManyCompanions { here: 2, max: 2 }));
        assert_eq!((two.let_join("b"), two.let_join("c"), two.let_part("c")), (Ok(()), Ok(()), Ok(())));
    }

    #[test]
    fn affinity_stays_with_those_that_are_somewhere() {
        let together = companions(Policy::Affinity, 1);
        assert_eq!(together.let_part("c"), Err(Refusal::CompanionsElsewhere { hosts: "a, b".into() }));
        assert_eq!((together.let_part("b"), together.let_join("a")), (Ok(()), Ok(())));
        let first = Companions { on: BTreeMap::new(), ..together };
        assert_eq!(first.let_part("c"), Ok(()));
    }

    #[test]
    fn soft_policies_only_like() {
        let likings = |policy| ["a", "b", "c"].map(|host| companions(policy, 1).liking(host));
        assert_eq!(likings(Policy::SoftAffinity), [2, 1, 0]);
        assert_eq!(likings(Policy::SoftAntiAffinity), [0, 1, 2]);
        assert_eq!(companions(Policy::SoftAntiAffinity, 1).let_join("a"), Ok(()));
    }
}
