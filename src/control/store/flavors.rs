//! Flavors.

use super::Tx;
use super::db::{Executor, or_taken};
use crate::control::policy::Grant;
use crate::model::flavor::Flavor;
use crate::model::{FlavorId, Noun, Reason, Result, Timestamp};

/// All that a project may use, smallest first; with `private`, all.
pub async fn list(on: impl Executor<'_>, private: bool) -> Result<Vec<Flavor>> {
    const SQL: &str = "SELECT id, name, vcpus, ram_mb, disk_gb, is_public FROM flavors WHERE is_public OR $1 \
                       ORDER BY ram_mb, vcpus, disk_gb, name";
    Ok(sqlx::query_as(SQL).bind(private).fetch_all(on).await?)
}

/// The flavor of that id.
pub async fn find(on: impl Executor<'_>, id: &FlavorId) -> Result<Option<Flavor>> {
    const SQL: &str = "SELECT id, name, vcpus, ram_mb, disk_gb, is_public FROM flavors WHERE id = $1";
    Ok(sqlx::query_as(SQL).bind(id).fetch_optional(on).await?)
}

/// Writes a new flavor; refused when id or name is taken.
pub async fn insert(tx: &mut Tx, _: Grant, flavor: &Flavor, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO flavors (id, name, vcpus, ram_mb, disk_gb, is_public, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let insert = sqlx::query(SQL)
        .bind(&flavor.id)
        .bind(&flavor.name)
        .bind(flavor.vcpus)
        .bind(flavor.ram_mb)
        .bind(flavor.disk_gb)
        .bind(flavor.is_public)
        .bind(now);
    match insert.execute(&mut **tx).await {
        Ok(_) => Ok(()),
        Err(error) => Err(or_taken(error, || Reason::Duplicate { noun: Noun::Flavor, name: flavor.name.clone() })),
    }
}

/// Deletes a flavor; tells whether there was one.
pub async fn delete(tx: &mut Tx, _: Grant, id: &FlavorId) -> Result<bool> {
    Ok(sqlx::query("DELETE FROM flavors WHERE id = $1").bind(id).execute(&mut **tx).await?.rows_affected() > 0)
}
