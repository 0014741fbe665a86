//! What an instance may know of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SubnetPlan;
use crate::model::{InstanceId, NetworkId, PortId, ProjectId};

/// All that metadata service and config drive are made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceMetadata {
    pub instance_id: InstanceId,
    pub project_id: ProjectId,
    /// The number of its row, from 1; the EC2 layout's `i-…` and `r-…` come from it.
    pub number: i64,
    pub name: String,
    /// Fit for a host name, without a domain.
    pub hostname: String,
    pub availability_zone: String,
    pub flavor_name: String,
    pub image_id: String,
    /// Name and text.
    pub public_key: Option<(String, String)>,
    /// Decoded.
    pub user_data: Option<String>,
    pub metadata: BTreeMap<String, String>,
    /// Names.
    pub security_groups: Vec<String>,
    /// In the order of the guest's NICs.
    pub nics: Vec<MetadataNic>,
    /// Its first floating IP.
    pub public_ipv4: Option<String>,
}

/// A NIC as `network_data.json` tells of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetadataNic {
    pub port_id: PortId,
    pub network_id: NetworkId,
    pub tap: String,
    pub mac: String,
    pub mtu: i64,
    /// Each address with its subnet.
    pub addresses: Vec<(std::net::Ipv4Addr, SubnetPlan)>,
}
