//! What the metadata of an instance is put together from, beside its own row.

use std::net::Ipv4Addr;

use super::db::{self, Executor, Pool};
use super::plans;
use crate::bus::contract::{MetadataNic, MetadataOf, PortPlan};
use crate::model::{Error, InstanceId, PortId, Result, SubnetId};

macro_rules! select_holders {
    ($condition:literal) => {
        concat!(
            "SELECT p.device_id FROM ports p JOIN ip_allocations a ON a.port_id = p.id \
             WHERE a.ip = $2 AND p.device_owner LIKE 'compute:%' AND ",
            $condition
        )
    };
}

const ON_NETWORK: &str = select_holders!("p.network_id = $1");
const BEHIND_ROUTER: &str = select_holders!(
    "p.network_id IN (SELECT r.network_id FROM ports r \
     WHERE r.device_id = $1 AND r.device_owner = 'network:router_interface')"
);

/// The instance that is meant, if it is exactly one; it may be on any host, or be gone.
pub async fn instance(on: impl Executor<'_>, of: &MetadataOf) -> Result<Option<InstanceId>> {
    let (sql, place, ip) = match of {
        MetadataOf::Instance { instance_id } => return Ok(Some(instance_id.clone())),
        MetadataOf::Network { network_id, ip } => (ON_NETWORK, network_id.as_str(), ip),
        MetadataOf::Router { router_id, ip } => (BEHIND_ROUTER, router_id.as_str(), ip),
    };
    let mut holders: Vec<InstanceId> = db::query_scalar(sql).bind(place).bind(ip.to_string()).fetch_all(on).await?;
    Ok(if holders.len() == 1 { holders.pop() } else { None })
}

/// The number of an instance's row.
pub async fn number(on: impl Executor<'_>, id: &InstanceId) -> Result<i64> {
    Ok(db::query_scalar("SELECT seq FROM instances WHERE id = $1").bind(id).fetch_one(on).await?)
}

const GROUPS: &str = "SELECT DISTINCT g.name FROM security_groups g \
    JOIN port_security_groups l ON l.security_group_id = g.id JOIN ports p ON p.id = l.port_id \
    WHERE p.device_id = $1 ORDER BY g.name";

/// The names of the groups that an instance's ports are in.
pub async fn security_groups(on: impl Executor<'_>, id: &InstanceId) -> Result<Vec<String>> {
    Ok(db::query_scalar(GROUPS).bind(id).fetch_all(on).await?)
}

const FLOATING: &str = "SELECT a.ip FROM floating_ips f JOIN ports p ON p.id = f.fixed_port_id \
    JOIN ip_allocations a ON a.port_id = f.port_id \
    WHERE p.device_id = $1 ORDER BY p.device_index, f.created_at, f.id LIMIT 1";

/// An instance's first floating IP.
pub async fn public_ipv4(on: impl Executor<'_>, id: &InstanceId) -> Result<Option<String>> {
    Ok(db::query_scalar(FLOATING).bind(id).fetch_optional(on).await?)
}

/// An instance's NICs, in order.
pub async fn nics(db: &Pool, id: &InstanceId) -> Result<Vec<MetadataNic>> {
    let mut nics = Vec::new();
    for PortPlan { port_id, network_id, tap, mac, mtu, .. } in plans::ports_of(db, id).await? {
        let subnets = plans::subnets(db, &network_id).await?;
        let mut addresses = Vec::new();
        for (subnet, ip) in allocations(db, &port_id).await? {
            addresses.extend(subnets.iter().find(|plan| plan.subnet_id == subnet).map(|plan| (ip, plan.clone())));
        }
        nics.push(MetadataNic { port_id, network_id, tap, mac, mtu, addresses });
    }
    Ok(nics)
}

const ALLOCATIONS: &str = "SELECT a.subnet_id, a.ip FROM ip_allocations a JOIN subnets s ON s.id = a.subnet_id \
    WHERE a.port_id = $1 ORDER BY s.created_at, s.id, a.ip";

async fn allocations(on: impl Executor<'_>, port: &PortId) -> Result<Vec<(SubnetId, Ipv4Addr)>> {
    let rows: Vec<(SubnetId, String)> = db::query_as(ALLOCATIONS).bind(port).fetch_all(on).await?;
    rows.into_iter().map(|(subnet, ip)| Ok((subnet, ip.parse().map_err(Error::internal)?))).collect()
}
