//! Security groups and their rules.

use serde::{Deserialize, Serialize};

use super::network::Standard;
use super::{ProjectId, SecurityGroupId, SecurityGroupRuleId, Timestamp, state::words};

words! {
    /// Which way a rule looks, seen from the guest.
    Direction { Ingress = "ingress", Egress = "egress" }
}
words! {
    /// The address family of a rule.
    Ethertype { IPv4 = "IPv4", IPv6 = "IPv6" }
}

/// A security group (network API `/v2.0/security-groups`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecurityGroup {
    pub id: SecurityGroupId,
    pub project_id: ProjectId,
    pub name: String,
    pub description: String,
    pub rules: Vec<SecurityGroupRule>,
    pub standard: Standard,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A rule: what it matches is allowed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SecurityGroupRule {
    pub id: SecurityGroupRuleId,
    pub security_group_id: SecurityGroupId,
    pub direction: Direction,
    pub ethertype: Ethertype,
    /// `tcp`, `udp`, `icmp`, a number, or none for any.
    pub protocol: Option<String>,
    /// First port, or the ICMP type; none for any.
    pub port_min: Option<i64>,
    /// Last port, or the ICMP code; none for any.
    pub port_max: Option<i64>,
    /// Peers by address range.
    pub remote_ip_prefix: Option<String>,
    /// Peers by membership of a group.
    pub remote_group_id: Option<SecurityGroupId>,
    pub description: String,
    pub created_at: Timestamp,
}

/// What a person gives to make a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRule {
    pub security_group_id: SecurityGroupId,
    pub direction: Direction,
    pub ethertype: Ethertype,
    pub protocol: Option<String>,
    pub port_min: Option<i64>,
    pub port_max: Option<i64>,
    pub remote_ip_prefix: Option<String>,
    pub remote_group_id: Option<String>,
    pub description: String,
}
