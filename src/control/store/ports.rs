//! Ports, with their addresses and security groups.

use std::collections::HashMap;
use std::net::IpAddr;

use sqlx::Row as _;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Connection, Executor, from_row, parsed};
use crate::control::policy::Grant;
use crate::model::network::{FixedIp, Port, Standard};
use crate::model::{InstanceId, NetworkId, PortId, ProjectId, Result, SecurityGroupId};

/// Ports, their addresses and their groups, all by one condition on `$1`.
struct Select {
    ports: &'static str,
    addresses: &'static str,
    groups: &'static str,
}

macro_rules! select {
    ($condition:literal) => {
        Select {
            ports: concat!(
                "SELECT p.id, p.network_id, p.project_id, p.name, p.mac, p.device_id, p.device_owner, p.host, \
                 p.status, p.admin_state_up, p.description, p.port_security, p.allowed_address_pairs, \
                 p.revision, p.tags, p.created_at, p.updated_at \
                 FROM ports p WHERE ",
                $condition,
                " ORDER BY p.device_index, p.created_at, p.id"
            ),
            addresses: concat!(
                "SELECT a.port_id, a.subnet_id, a.ip FROM ip_allocations a JOIN ports p ON p.id = a.port_id WHERE ",
                $condition
            ),
            groups: concat!(
                "SELECT g.port_id, g.security_group_id FROM port_security_groups g \
                 JOIN ports p ON p.id = g.port_id WHERE ",
                $condition
            ),
        }
    };
}

/// Every id is greater than the empty one.
const ALL: Select = select!("p.id > $1");
const OF_PROJECT: Select =
    select!("p.project_id = $1 OR p.network_id IN (SELECT n.id FROM networks n WHERE n.project_id = $1)");
const ON_NETWORK: Select = select!("p.network_id = $1");
const OF_DEVICE: Select = select!("p.device_id = $1");
const BY_ID: Select = select!("p.id = $1");
const AROUND: Select =
    select!("p.device_id = $1 OR p.device_owner LIKE 'network:%' OR p.allowed_address_pairs <> '[]'");
const AT: Select = select!(
    "p.id IN (SELECT held.port_id FROM ip_allocations held WHERE held.ip = $1 UNION \
     SELECT f.fixed_port_id FROM floating_ips f JOIN ip_allocations held ON held.port_id = f.port_id \
     WHERE held.ip = $1)"
);

// Without addresses and groups.
from_row!(Port, |row| {
    Ok(Port {
        id: row.try_get("id")?,
        network_id: row.try_get("network_id")?,
        project_id: row.try_get("project_id")?,
        name: row.try_get("name")?,
        mac: row.try_get("mac")?,
        fixed_ips: Vec::new(),
        device_id: row.try_get("device_id")?,
        device_owner: row.try_get("device_owner")?,
        host: row.try_get("host")?,
        status: row.try_get("status")?,
        admin_state_up: row.try_get("admin_state_up")?,
        description: row.try_get("description")?,
        port_security: row.try_get("port_security")?,
        allowed_address_pairs: row.try_get::<Json<_>, _>("allowed_address_pairs")?.0,
        security_groups: Vec::new(),
        standard: Standard::from_row(row)?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
});

struct AddressRow(PortId, FixedIp);

from_row!(AddressRow, |row| {
    let fixed = FixedIp { subnet_id: row.try_get("subnet_id")?, ip: parsed(row, "ip")? };
    Ok(AddressRow(row.try_get("port_id")?, fixed))
});

async fn select(db: &mut Connection, by: Select, value: &str) -> Result<Vec<Port>> {
    let mut ports: Vec<Port> = db::query_as(by.ports).bind(value).fetch_all(&mut *db).await?;
    let addresses: Vec<AddressRow> = db::query_as(by.addresses).bind(value).fetch_all(&mut *db).await?;
    let groups: Vec<(PortId, SecurityGroupId)> = db::query_as(by.groups).bind(value).fetch_all(db).await?;
    let mut addresses_of: HashMap<PortId, Vec<FixedIp>> = HashMap::new();
    for AddressRow(port, fixed) in addresses {
        addresses_of.entry(port).or_default().push(fixed);
    }
    let mut groups_of: HashMap<PortId, Vec<SecurityGroupId>> = HashMap::new();
    for (port, group) in groups {
        groups_of.entry(port).or_default().push(group);
    }
    for port in &mut ports {
        port.fixed_ips = addresses_of.remove(&port.id).unwrap_or_default();
        port.fixed_ips.sort_by_key(|fixed| fixed.ip);
        port.security_groups = groups_of.remove(&port.id).unwrap_or_default();
    }
    Ok(ports)
}

pub async fn all(db: &mut Connection) -> Result<Vec<Port>> {
    select(db, ALL, "").await
}

/// The project's own, and everybody's on the project's networks.
pub async fn of_project(db: &mut Connection, project: &ProjectId) -> Result<Vec<Port>> {
    select(db, OF_PROJECT, project.as_str()).await
}

pub async fn on_network(db: &mut Connection, network: &NetworkId) -> Result<Vec<Port>> {
    select(db, ON_NETWORK, network.as_str()).await
}

/// In the order of the device's NICs.
pub async fn of_device(db: &mut Connection, device: &InstanceId) -> Result<Vec<Port>> {
    select(db, OF_DEVICE, device.as_str()).await
}

/// A device's, the network's own, and those that may send under more addresses than they have.
pub async fn around(db: &mut Connection, device: &InstanceId) -> Result<Vec<Port>> {
    select(db, AROUND, device.as_str()).await
}

/// Those that have an address, on whatever network, or stand behind it as a floating IP.
pub async fn at(db: &mut Connection, address: IpAddr) -> Result<Vec<Port>> {
    select(db, AT, &address.to_string()).await
}

pub async fn by_id(db: &mut Connection, id: &PortId) -> Result<Option<Port>> {
    Ok(select(db, BY_ID, id.as_str()).await?.pop())
}

const INSERT: &str = "
    INSERT INTO ports (id, network_id, project_id, name, mac, device_id, device_owner, host, status, admin_state_up,
                       created_by_launch, created_at, updated_at, description, port_security, allowed_address_pairs,
                       device_index)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15,
            (SELECT count(*) FROM ports WHERE device_id = $6 AND $6 <> ''))
    ON CONFLICT (mac) DO NOTHING";
const JOIN_GROUP: &str = "INSERT INTO port_security_groups (port_id, security_group_id) VALUES ($1, $2)";

/// Writes a port and its groups down, as its device's next NIC; false if another port has its MAC address.
pub async fn insert(tx: &mut Tx, _: Grant, port: &Port, created_by_launch: bool) -> Result<bool> {
    let done = db::query(INSERT)
        .bind(&port.id)
        .bind(&port.network_id)
        .bind(&port.project_id)
        .bind(&port.name)
        .bind(&port.mac)
        .bind(&port.device_id)
        .bind(&port.device_owner)
        .bind(&port.host)
        .bind(&port.status)
        .bind(port.admin_state_up)
        .bind(created_by_launch)
        .bind(port.created_at)
        .bind(&port.description)
        .bind(port.port_security)
        .bind(Json(&port.allowed_address_pairs))
        .execute(&mut **tx)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    join_groups(tx, port).await?;
    Ok(true)
}

const BIND: &str = "
    UPDATE ports SET host = $3, status = $4, device_owner = $5, device_id = $2, updated_at = $6,
        revision = revision + 1,
        device_index = CASE WHEN device_id = $2 THEN device_index
                            ELSE (SELECT count(*) FROM ports other WHERE other.device_id = $2) END
    WHERE id = $1";

/// Writes the port's device, host and status.
pub async fn bind(tx: &mut Tx, _: Grant, port: &Port) -> Result<()> {
    db::query(BIND)
        .bind(&port.id)
        .bind(&port.device_id)
        .bind(&port.host)
        .bind(&port.status)
        .bind(&port.device_owner)
        .bind(port.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

const UPDATE: &str = "
    UPDATE ports SET name = $2, description = $3, admin_state_up = $4, status = $5, port_security = $6,
        allowed_address_pairs = $7, device_owner = $8, updated_at = $9, revision = revision + 1
    WHERE id = $1";
const LEAVE_GROUPS: &str = "DELETE FROM port_security_groups WHERE port_id = $1";

/// Writes what people can change of it, but for its addresses.
pub async fn update(tx: &mut Tx, _: Grant, port: &Port) -> Result<()> {
    db::query(UPDATE)
        .bind(&port.id)
        .bind(&port.name)
        .bind(&port.description)
        .bind(port.admin_state_up)
        .bind(&port.status)
        .bind(port.port_security)
        .bind(Json(&port.allowed_address_pairs))
        .bind(&port.device_owner)
        .bind(port.updated_at)
        .execute(&mut **tx)
        .await?;
    db::query(LEAVE_GROUPS).bind(&port.id).execute(&mut **tx).await?;
    join_groups(tx, port).await
}

async fn join_groups(tx: &mut Tx, port: &Port) -> Result<()> {
    for group in &port.security_groups {
        db::query(JOIN_GROUP).bind(&port.id).bind(group).execute(&mut **tx).await?;
    }
    Ok(())
}

const DELETE: &str = "DELETE FROM ports WHERE id = $1";

/// Its addresses and groups are given back with it.
pub async fn delete(tx: &mut Tx, _: Grant, id: &PortId) -> Result<()> {
    db::query(DELETE).bind(id).execute(&mut **tx).await?;
    Ok(())
}

const SERVING: &str = "SELECT id FROM ports WHERE network_id = $1 AND device_owner = $2 ORDER BY created_at, id";

/// The network's ports of one owner.
pub async fn serving(on: impl Executor<'_>, network: &NetworkId, owner: &str) -> Result<Vec<PortId>> {
    Ok(db::query_scalar(SERVING).bind(network).bind(owner).fetch_all(on).await?)
}

const HOST_OF: &str = "
    SELECT coalesce(host, '') FROM instances WHERE id = $1 AND project_id = $2 AND deleted_at IS NULL";

/// The host of the project's instance that is to have a port: empty before it has one, none if there is no such
/// instance.
pub async fn host_of_device(on: impl Executor<'_>, device: &str, project: &ProjectId) -> Result<Option<String>> {
    Ok(db::query_scalar(HOST_OF).bind(device).bind(project).fetch_optional(on).await?)
}
