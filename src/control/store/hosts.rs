//! Compute hosts, with what is allocated on them; volumes count as disk, unless they lie in a pool of their own.

use sqlx::FromRow;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Executor};
use crate::control::policy::Grant;
use crate::model::host::{Host, Inventory, VolumePool, VolumePoolKind};
use crate::model::{Result, Timestamp};

#[derive(FromRow)]
struct Row {
    inventory: Json<Inventory>,
    /// Its aggregate's, if that has one.
    zone: Option<String>,
    enabled: bool,
    disabled_reason: Option<String>,
    last_heartbeat: Timestamp,
    vcpus_used: i64,
    ram_mb_used: i64,
    disk_gb_used: i64,
    volumes_gb: i64,
    instances: i64,
}

/// Every host that runs instances, by name, in its aggregate's zone or else its own. Those not heard of since
/// `alive_since` count as down.
pub async fn list(on: impl Executor<'_>, alive_since: Timestamp) -> Result<Vec<Host>> {
    let mut hosts = all(on, alive_since).await?;
    hosts.retain(|host| host.inventory.guests);
    Ok(hosts)
}

/// Those that carry networks only, too.
pub async fn all(on: impl Executor<'_>, alive_since: Timestamp) -> Result<Vec<Host>> {
    const SQL: &str = "SELECT h.inventory, h.enabled, h.disabled_reason, h.last_heartbeat, \
                              CAST(coalesce(sum(a.vcpus), 0) AS BIGINT) AS vcpus_used, \
                              CAST(coalesce(sum(a.ram_mb), 0) AS BIGINT) AS ram_mb_used, \
                              CAST(coalesce(sum(a.disk_gb), 0) AS BIGINT) AS disk_gb_used, \
                              CAST(coalesce((SELECT sum(v.size_gb) FROM volumes v WHERE v.host = h.name), 0) AS BIGINT) \
                                  AS volumes_gb, \
                              count(a.instance_id) AS instances, \
                              (SELECT min(g.availability_zone) FROM aggregates g \
                               JOIN aggregate_hosts m ON m.aggregate_id = g.id WHERE m.host = h.name) AS zone \
                       FROM hosts h LEFT JOIN allocations a ON a.host = h.name \
                       GROUP BY h.name ORDER BY h.name";
    let rows: Vec<Row> = db::query_as(SQL).fetch_all(on).await?;
    let pools: Vec<_> =
        rows.iter().filter_map(|row| Some((row.inventory.volume_pool.clone()?, row.volumes_gb))).collect();
    Ok(rows.into_iter().map(|row| row.into_host(alive_since, &pools)).collect())
}

/// The pool of a host's volumes, if it has reported one.
pub async fn volume_pool(on: impl Executor<'_>, host: &str) -> Result<Option<VolumePool>> {
    const SQL: &str = "SELECT inventory FROM hosts WHERE name = $1";
    let inventory = db::query_scalar::<Json<Inventory>>(SQL).bind(host).fetch_optional(on).await?;
    Ok(inventory.and_then(|inventory| inventory.0.volume_pool))
}

impl Row {
    fn into_host(self, alive_since: Timestamp, pools: &[(VolumePool, i64)]) -> Host {
        let Json(inventory) = self.inventory;
        let (on_disk, in_pool) = match &inventory.volume_pool {
            Some(own) if own.kind == VolumePoolKind::Rbd => {
                (0, pools.iter().filter(|(pool, _)| pool.is_shared_with(own)).map(|(_, gigabytes)| gigabytes).sum())
            }
            Some(_) => (0, self.volumes_gb),
            None => (self.volumes_gb, 0),
        };
        let availability_zone = self.zone.unwrap_or(inventory.availability_zone);
        Host {
            inventory: Inventory { availability_zone, ..inventory },
            enabled: self.enabled,
            disabled_reason: self.disabled_reason,
            last_heartbeat: self.last_heartbeat,
            alive: self.last_heartbeat >= alive_since,
            vcpus_used: self.vcpus_used,
            ram_mb_used: self.ram_mb_used,
            disk_gb_used: self.disk_gb_used + on_disk,
            pool_gb_used: in_pool,
            instances: self.instances,
        }
    }
}

/// What a host's agent reported last, if that was since `alive_since`.
pub async fn reported(on: impl Executor<'_>, host: &str, alive_since: Timestamp) -> Result<Option<Inventory>> {
    const SQL: &str = "SELECT inventory FROM hosts WHERE name = $1 AND last_heartbeat >= $2";
    let inventory = db::query_scalar::<Json<Inventory>>(SQL).bind(host).bind(alive_since).fetch_optional(on).await?;
    Ok(inventory.map(|inventory| inventory.0))
}

/// Writes down what a host's agent reported; a new host starts enabled.
pub async fn heartbeat(tx: &mut Tx, inventory: &Inventory, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO hosts (name, inventory, vcpus, ram_mb, disk_gb, enabled, last_heartbeat) \
                       VALUES ($1, $2, $3, $4, $5, TRUE, $6) \
                       ON CONFLICT (name) DO UPDATE SET inventory = excluded.inventory, vcpus = excluded.vcpus, \
                           ram_mb = excluded.ram_mb, disk_gb = excluded.disk_gb, last_heartbeat = excluded.last_heartbeat";
    db::query(SQL)
        .bind(&inventory.host)
        .bind(Json(inventory))
        .bind(inventory.vcpus)
        .bind(inventory.ram_mb)
        .bind(inventory.disk_gb)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes a host out of scheduling or back in; tells whether there is one.
pub async fn set_enabled(tx: &mut Tx, _: Grant, host: &str, enabled: bool, reason: Option<&str>) -> Result<bool> {
    const SQL: &str = "UPDATE hosts SET enabled = $2, disabled_reason = $3 WHERE name = $1";
    let update = db::query(SQL).bind(host).bind(enabled).bind(reason);
    Ok(update.execute(&mut **tx).await?.rows_affected() > 0)
}
