//! Hosts at whose ports something else may pass when a security group changes.

use super::db::{self, Executor};
use crate::model::{Result, SecurityGroupId};

/// Each host is looked at until one port is found, for a cloud has many more ports than hosts.
macro_rules! hosts_with {
    ($port:literal) => {
        concat!(
            "SELECT h.host FROM (SELECT DISTINCT host FROM ports WHERE host <> '') h WHERE EXISTS (",
            "SELECT 1 FROM ports p JOIN port_security_groups g ON g.port_id = p.id ",
            $port,
            " AND p.host = h.host) ORDER BY h.host"
        )
    };
}

const WITH: &str = hosts_with!("WHERE g.security_group_id = $1");
const NAMING: &str = hosts_with!(
    "JOIN security_group_rules r ON r.security_group_id = g.security_group_id WHERE r.remote_group_id = $1"
);

/// Those with a port in the group: its rules are theirs.
pub async fn with_port_in(on: impl Executor<'_>, group: &SecurityGroupId) -> Result<Vec<String>> {
    Ok(db::query_scalar(WITH).bind(group).fetch_all(on).await?)
}

/// Those with a port in a group of which a rule names this one as the remote side: its members are their peers.
pub async fn with_rule_naming(on: impl Executor<'_>, group: &SecurityGroupId) -> Result<Vec<String>> {
    Ok(db::query_scalar(NAMING).bind(group).fetch_all(on).await?)
}
