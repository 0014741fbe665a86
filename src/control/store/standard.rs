//! What every resource of the network API has: a count of its changes, and tags.

use sqlx::Row as _;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, from_row};
use crate::control::policy::Grant;
use crate::model::network::Standard;
use crate::model::{Result, Timestamp};

from_row!(Standard, |row| {
    Ok(Standard { revision: row.try_get("revision")?, tags: row.try_get::<Json<_>, _>("tags")?.0 })
});

/// Where a kind of resource is kept.
pub struct Table {
    tag: &'static str,
    touch: &'static str,
}

macro_rules! table {
    ($name:literal) => {
        Table {
            tag: concat!("UPDATE ", $name, " SET tags = $3, revision = revision + 1, updated_at = $2 WHERE id = $1"),
            touch: concat!("UPDATE ", $name, " SET revision = revision + 1, updated_at = $2 WHERE id = $1"),
        }
    };
}

pub const NETWORKS: Table = table!("networks");
pub const SUBNETS: Table = table!("subnets");
pub const PORTS: Table = table!("ports");
pub const ROUTERS: Table = table!("routers");
pub const FLOATING_IPS: Table = table!("floating_ips");
pub const SECURITY_GROUPS: Table = table!("security_groups");

/// Writes a resource's tags, which is a change of it.
pub async fn tag(tx: &mut Tx, _: Grant, table: &Table, id: &str, tags: &[String], now: Timestamp) -> Result<()> {
    db::query(table.tag).bind(id).bind(now).bind(Json(tags)).execute(&mut **tx).await?;
    Ok(())
}

/// Counts a change of what belongs to a resource as one of itself.
pub async fn touch(tx: &mut Tx, table: &Table, id: &str, now: Timestamp) -> Result<()> {
    db::query(table.touch).bind(id).bind(now).execute(&mut **tx).await?;
    Ok(())
}
