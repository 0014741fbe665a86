//! Subnets.

use std::collections::HashMap;

use sqlx::Row as _;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Connection, Executor, from_row, parsed};
use crate::control::policy::Grant;
use crate::model::network::{Standard, Subnet};
use crate::model::{NetworkId, Result, SubnetId};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.network_id, s.project_id, s.name, s.cidr, s.gateway_ip, s.enable_dhcp, \
             s.allocation_pools, s.dns_nameservers, s.host_routes, s.description, s.revision, s.tags, s.created_at, s.updated_at, \
             (SELECT count(*) FROM ip_allocations a WHERE a.subnet_id = s.id) AS used FROM subnets s ",
            $rest
        )
    };
}

const ALL: &str = select!("ORDER BY s.created_at, s.id");
const OF_NETWORK: &str = select!("WHERE s.network_id = $1 ORDER BY s.created_at, s.id");
const BY_ID: &str = select!("WHERE s.id = $1");
const INSERT: &str = "
    INSERT INTO subnets (id, network_id, project_id, name, cidr, gateway_ip, enable_dhcp, allocation_pools,
                         dns_nameservers, host_routes, created_at, updated_at, description)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
const OF_DEVICE: &str = select!(
    "WHERE s.id IN (SELECT a.subnet_id FROM ip_allocations a JOIN ports p ON p.id = a.port_id WHERE p.device_id = $1) \
     ORDER BY s.created_at, s.id"
);
const UPDATE: &str = "
    UPDATE subnets SET name = $2, gateway_ip = $3, enable_dhcp = $4, allocation_pools = $5, dns_nameservers = $6,
        host_routes = $7, description = $8, updated_at = $9, revision = revision + 1
    WHERE id = $1";
const DELETE: &str = "DELETE FROM subnets WHERE id = $1";

from_row!(Subnet, |row| {
    let gateway: Option<&str> = row.try_get("gateway_ip")?;
    Ok(Subnet {
        id: row.try_get("id")?,
        network_id: row.try_get("network_id")?,
        project_id: row.try_get("project_id")?,
        name: row.try_get("name")?,
        cidr: parsed(row, "cidr")?,
        gateway_ip: gateway.map(|_| parsed(row, "gateway_ip")).transpose()?,
        enable_dhcp: row.try_get("enable_dhcp")?,
        allocation_pools: row.try_get::<Json<_>, _>("allocation_pools")?.0,
        dns_nameservers: row.try_get::<Json<_>, _>("dns_nameservers")?.0,
        host_routes: row.try_get::<Json<_>, _>("host_routes")?.0,
        used: row.try_get("used")?,
        description: row.try_get("description")?,
        standard: Standard::from_row(row)?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
});

/// Every subnet, oldest first within its network.
pub async fn by_network(db: &mut Connection) -> Result<HashMap<NetworkId, Vec<Subnet>>> {
    let all: Vec<Subnet> = db::query_as(ALL).fetch_all(db).await?;
    let mut by_network: HashMap<_, Vec<_>> = HashMap::new();
    for subnet in all {
        by_network.entry(subnet.network_id.clone()).or_default().push(subnet);
    }
    Ok(by_network)
}

pub async fn of_network(on: impl Executor<'_>, network: &NetworkId) -> Result<Vec<Subnet>> {
    Ok(db::query_as(OF_NETWORK).bind(network).fetch_all(on).await?)
}

/// Those in which the ports of a device have addresses.
pub async fn of_device(on: impl Executor<'_>, device: &str) -> Result<Vec<Subnet>> {
    Ok(db::query_as(OF_DEVICE).bind(device).fetch_all(on).await?)
}

pub async fn by_id(on: impl Executor<'_>, id: &SubnetId) -> Result<Option<Subnet>> {
    Ok(db::query_as(BY_ID).bind(id).fetch_optional(on).await?)
}

pub async fn insert(tx: &mut Tx, _: Grant, subnet: &Subnet) -> Result<()> {
    db::query(INSERT)
        .bind(&subnet.id)
        .bind(&subnet.network_id)
        .bind(&subnet.project_id)
        .bind(&subnet.name)
        .bind(subnet.cidr.to_string())
        .bind(subnet.gateway_ip.map(|gateway| gateway.to_string()))
        .bind(subnet.enable_dhcp)
        .bind(Json(&subnet.allocation_pools))
        .bind(Json(&subnet.dns_nameservers))
        .bind(Json(&subnet.host_routes))
        .bind(subnet.created_at)
        .bind(subnet.updated_at)
        .bind(&subnet.description)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes what can be changed of it.
pub async fn update(tx: &mut Tx, _: Grant, subnet: &Subnet) -> Result<()> {
    db::query(UPDATE)
        .bind(&subnet.id)
        .bind(&subnet.name)
        .bind(subnet.gateway_ip.map(|gateway| gateway.to_string()))
        .bind(subnet.enable_dhcp)
        .bind(Json(&subnet.allocation_pools))
        .bind(Json(&subnet.dns_nameservers))
        .bind(Json(&subnet.host_routes))
        .bind(&subnet.description)
        .bind(subnet.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Its addresses must have been given back.
pub async fn delete(tx: &mut Tx, _: Grant, id: &SubnetId) -> Result<()> {
    db::query(DELETE).bind(id).execute(&mut **tx).await?;
    Ok(())
}
