//! Flavors.

use sqlx::types::Json;

use super::Tx;
use super::db::{self, Executor, or_taken};
use crate::control::policy::Grant;
use crate::model::flavor::Flavor;
use crate::model::{FlavorId, Noun, ProjectId, Reason, Result, Timestamp};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, vcpus, ram_mb, disk_gb, is_public, description, swap_mb, ephemeral_gb, rxtx_factor, \
             extra_specs FROM flavors ",
            $rest
        )
    };
}

/// All that a project may use, smallest first; without a project, all there are.
pub async fn list(on: impl Executor<'_>, project: Option<&ProjectId>) -> Result<Vec<Flavor>> {
    const SQL: &str = select!(
        "WHERE is_public OR $1 IS NULL OR id IN (SELECT flavor_id FROM flavor_projects WHERE project_id = $1) \
         ORDER BY ram_mb, vcpus, disk_gb, name"
    );
    Ok(db::query_as(SQL).bind(project).fetch_all(on).await?)
}

/// The flavor of that id.
pub async fn find(on: impl Executor<'_>, id: &FlavorId) -> Result<Option<Flavor>> {
    const SQL: &str = select!("WHERE id = $1");
    Ok(db::query_as(SQL).bind(id).fetch_optional(on).await?)
}

/// Writes a new flavor; refused when id or name is taken.
pub async fn insert(tx: &mut Tx, _: Grant, flavor: &Flavor, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO flavors (id, name, vcpus, ram_mb, disk_gb, is_public, created_at, description, \
                       swap_mb, ephemeral_gb, rxtx_factor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let insert = db::query(SQL)
        .bind(&flavor.id)
        .bind(&flavor.name)
        .bind(flavor.vcpus)
        .bind(flavor.ram_mb)
        .bind(flavor.disk_gb)
        .bind(flavor.is_public)
        .bind(now)
        .bind(&flavor.description)
        .bind(flavor.swap_mb)
        .bind(flavor.ephemeral_gb)
        .bind(flavor.rxtx_factor);
    match insert.execute(&mut **tx).await {
        Ok(_) => Ok(()),
        Err(error) => Err(or_taken(error, || Reason::Duplicate { noun: Noun::Flavor, name: flavor.name.clone() })),
    }
}

/// Writes down what of a flavor may change: its description and extra specs.
pub async fn update(tx: &mut Tx, _: Grant, flavor: &Flavor) -> Result<()> {
    const SQL: &str = "UPDATE flavors SET description = $2, extra_specs = $3 WHERE id = $1";
    let update = db::query(SQL).bind(&flavor.id).bind(&flavor.description).bind(Json(&flavor.extra_specs));
    update.execute(&mut **tx).await?;
    Ok(())
}

/// Deletes a flavor; tells whether there was one.
pub async fn delete(tx: &mut Tx, _: Grant, id: &FlavorId) -> Result<bool> {
    Ok(db::query("DELETE FROM flavors WHERE id = $1").bind(id).execute(&mut **tx).await?.rows_affected() > 0)
}

/// The projects that may use a flavor that is not public.
pub async fn projects(on: impl Executor<'_>, id: &FlavorId) -> Result<Vec<ProjectId>> {
    const SQL: &str = "SELECT project_id FROM flavor_projects WHERE flavor_id = $1 ORDER BY project_id";
    Ok(db::query_scalar(SQL).bind(id).fetch_all(on).await?)
}

/// Lets a project use a flavor; tells whether it could not before.
pub async fn open_to(tx: &mut Tx, _: Grant, id: &FlavorId, project: &ProjectId) -> Result<bool> {
    const SQL: &str = "INSERT INTO flavor_projects (flavor_id, project_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    Ok(db::query(SQL).bind(id).bind(project).execute(&mut **tx).await?.rows_affected() > 0)
}

/// Takes a flavor from a project; tells whether it could use it.
pub async fn close_to(tx: &mut Tx, _: Grant, id: &FlavorId, project: &ProjectId) -> Result<bool> {
    const SQL: &str = "DELETE FROM flavor_projects WHERE flavor_id = $1 AND project_id = $2";
    Ok(db::query(SQL).bind(id).bind(project).execute(&mut **tx).await?.rows_affected() > 0)
}
