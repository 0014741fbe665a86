//! What instances hold of hosts.

use sqlx::FromRow;

use super::Tx;
use super::db::{self, Executor};
use crate::model::{InstanceId, Result};

/// What an instance claims of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Amounts {
    pub vcpus: i64,
    /// MiB.
    pub ram_mb: i64,
    /// GiB.
    pub disk_gb: i64,
}

/// GiB of the volumes that lie among a host's instance disks, and in no pool of their own.
macro_rules! volumes {
    ($host:literal) => {
        concat!(
            "(SELECT coalesce(sum(v.size_gb), 0) FROM volumes v WHERE v.host = ",
            $host,
            " AND NOT EXISTS (SELECT 1 FROM hosts h WHERE h.name = v.host AND h.inventory ->> 'volume_pool' IS NOT NULL))"
        )
    };
}

const USED: &str = concat!(
    "SELECT CAST(coalesce(sum(vcpus), 0) AS BIGINT) AS vcpus, CAST(coalesce(sum(ram_mb), 0) AS BIGINT) AS ram_mb, \
     CAST(coalesce(sum(disk_gb), 0) + ",
    volumes!("$1"),
    " AS BIGINT) AS disk_gb FROM allocations WHERE host = $1"
);

/// What is claimed of a host in all, by instances and volumes.
pub async fn used(on: impl Executor<'_>, host: &str) -> Result<Amounts> {
    Ok(db::query_as(USED).bind(host).fetch_one(on).await?)
}

const CLAIM: &str = concat!(
    "INSERT INTO allocations (instance_id, host, vcpus, ram_mb, disk_gb) SELECT $1, $2, $3, $4, $5 \
     FROM (SELECT coalesce(sum(vcpus), 0) AS vcpus, coalesce(sum(ram_mb), 0) AS ram_mb, coalesce(sum(disk_gb), 0) + ",
    volumes!("$2"),
    " AS disk_gb FROM allocations WHERE host = $2) AS used \
     WHERE used.vcpus + $3 <= $6 AND used.ram_mb + $4 <= $7 AND used.disk_gb + $5 + $9 <= $8"
);

/// Claims `wanted` of a host if it still fits into `capacity` together with the volumes that are made on its disk at once; says
/// whether it did.
pub async fn claim(
    tx: &mut Tx,
    id: &InstanceId,
    host: &str,
    wanted: Amounts,
    volumes_gb: i64,
    capacity: Amounts,
) -> Result<bool> {
    let result = db::query(CLAIM)
        .bind(id)
        .bind(host)
        .bind(wanted.vcpus)
        .bind(wanted.ram_mb)
        .bind(wanted.disk_gb)
        .bind(capacity.vcpus)
        .bind(capacity.ram_mb)
        .bind(capacity.disk_gb)
        .bind(volumes_gb)
        .execute(&mut **tx)
        .await?;
    Ok(result.rows_affected() == 1)
}

/// Gives back what an instance holds; nothing to give back is fine.
pub async fn release(tx: &mut Tx, id: &InstanceId) -> Result<()> {
    db::query("DELETE FROM allocations WHERE instance_id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

const ORPHANS: &str = "DELETE FROM allocations WHERE NOT EXISTS (SELECT 1 FROM instances i \
    WHERE i.id = allocations.instance_id AND i.host = allocations.host AND i.deleted_at IS NULL)";

/// Gives back what no living instance on the host holds; says how many rows.
pub async fn release_orphans(tx: &mut Tx) -> Result<u64> {
    Ok(db::query(ORPHANS).execute(&mut **tx).await?.rows_affected())
}
