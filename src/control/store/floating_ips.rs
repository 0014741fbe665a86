//! Floating IPs; the address of each is held by a port of its own on the external network.

use sqlx::Row as _;

use super::Tx;
use super::db::{self, Connection, from_row, parsed};
use crate::control::policy::Grant;
use crate::model::network::Standard;
use crate::model::router::{FloatingIp, FloatingTarget};
use crate::model::{FloatingIpId, InstanceId, PortId, ProjectId, Result, RouterId, Timestamp};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT f.id, f.project_id, p.network_id, a.ip, f.description, f.fixed_port_id, f.fixed_ip, f.router_id, \
             t.device_id, f.revision, f.tags, f.created_at, f.updated_at \
             FROM floating_ips f JOIN ports p ON p.id = f.port_id JOIN ip_allocations a ON a.port_id = p.id \
             LEFT JOIN ports t ON t.id = f.fixed_port_id WHERE ",
            $condition,
            " ORDER BY f.created_at, f.id"
        )
    };
}

const ALL: &str = select!("f.id > $1");
const OF_PROJECT: &str = select!("f.project_id = $1");
const BY_ID: &str = select!("f.id = $1");
const THROUGH: &str = select!("f.router_id = $1");
const TO_PORT: &str = select!("f.fixed_port_id = $1");
const TO_LAUNCHED: &str = select!("t.device_id = $1 AND t.created_by_launch");

from_row!(FloatingIp, |row| {
    let target = match row.try_get::<Option<PortId>, _>("fixed_port_id")? {
        Some(port_id) => Some(FloatingTarget {
            port_id,
            fixed_ip: parsed(row, "fixed_ip")?,
            router_id: row.try_get("router_id")?,
            device_id: row.try_get("device_id")?,
        }),
        None => None,
    };
    Ok(FloatingIp {
        id: row.try_get("id")?,
        project_id: row.try_get("project_id")?,
        network_id: row.try_get("network_id")?,
        address: parsed(row, "ip")?,
        target,
        description: row.try_get("description")?,
        standard: Standard::from_row(row)?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
});

async fn select(db: &mut Connection, sql: &'static str, value: &str) -> Result<Vec<FloatingIp>> {
    Ok(db::query_as(sql).bind(value).fetch_all(db).await?)
}

/// Oldest first, as all lists here.
pub async fn all(db: &mut Connection) -> Result<Vec<FloatingIp>> {
    select(db, ALL, "").await
}

pub async fn of_project(db: &mut Connection, project: &ProjectId) -> Result<Vec<FloatingIp>> {
    select(db, OF_PROJECT, project.as_str()).await
}

pub async fn by_id(db: &mut Connection, id: &FloatingIpId) -> Result<Option<FloatingIp>> {
    Ok(select(db, BY_ID, id.as_str()).await?.pop())
}

/// Those that lead through the router.
pub async fn through(db: &mut Connection, router: &RouterId) -> Result<Vec<FloatingIp>> {
    select(db, THROUGH, router.as_str()).await
}

/// Those that lead to the port.
pub async fn to_port(db: &mut Connection, port: &PortId) -> Result<Vec<FloatingIp>> {
    select(db, TO_PORT, port.as_str()).await
}

/// Those that lead to ports which the instance's launch made, and which go with it.
pub async fn to_launched(db: &mut Connection, instance: &InstanceId) -> Result<Vec<FloatingIp>> {
    select(db, TO_LAUNCHED, instance.as_str()).await
}

const INSERT: &str = "
    INSERT INTO floating_ips (id, project_id, port_id, description, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6)";

/// Leading nowhere; `holder` is the port with the address.
pub async fn insert(tx: &mut Tx, _: Grant, floating: &FloatingIp, holder: &PortId) -> Result<()> {
    db::query(INSERT)
        .bind(&floating.id)
        .bind(&floating.project_id)
        .bind(holder)
        .bind(&floating.description)
        .bind(floating.created_at)
        .bind(floating.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

const AIM: &str = "
    UPDATE floating_ips SET fixed_port_id = $2, fixed_ip = $3, router_id = $4, updated_at = $5, revision = revision + 1
    WHERE id = $1";

/// Writes where it leads.
pub async fn aim(tx: &mut Tx, id: &FloatingIpId, target: Option<&FloatingTarget>, now: Timestamp) -> Result<()> {
    db::query(AIM)
        .bind(id)
        .bind(target.map(|target| &target.port_id))
        .bind(target.map(|target| target.fixed_ip.to_string()))
        .bind(target.map(|target| &target.router_id))
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

const DESCRIBE: &str =
    "UPDATE floating_ips SET description = $2, updated_at = $3, revision = revision + 1 WHERE id = $1";

pub async fn describe(tx: &mut Tx, _: Grant, floating: &FloatingIp) -> Result<()> {
    let update = db::query(DESCRIBE).bind(&floating.id).bind(&floating.description).bind(floating.updated_at);
    update.execute(&mut **tx).await?;
    Ok(())
}

const DELETE: &str = "DELETE FROM floating_ips WHERE id = $1 RETURNING port_id";
const DELETE_HOLDER: &str = "DELETE FROM ports WHERE id = $1";

/// With the port that holds its address.
pub async fn delete(tx: &mut Tx, _: Grant, id: &FloatingIpId) -> Result<()> {
    let holder: Option<PortId> = db::query_scalar(DELETE).bind(id).fetch_optional(&mut **tx).await?;
    db::query(DELETE_HOLDER).bind(holder).execute(&mut **tx).await?;
    Ok(())
}
