//! Kinds of volumes.

use sqlx::Row as _;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Connection, from_row, or_taken};
use crate::control::policy::Grant;
use crate::model::volume::VolumeType;
use crate::model::{Noun, ProjectId, Reason, Result, VolumeTypeId};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, name, description, is_public, extra_specs, created_at FROM volume_types WHERE ",
            $condition,
            " ORDER BY created_at, id"
        )
    };
}

from_row!(VolumeType, |row| {
    Ok(VolumeType {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        is_public: row.try_get("is_public")?,
        extra_specs: row.try_get::<Json<_>, _>("extra_specs")?.0,
        created_at: row.try_get("created_at")?,
    })
});

/// Those that a project may choose, or `all` there are, oldest first.
pub async fn list(db: &mut Connection, project: &ProjectId, all: bool) -> Result<Vec<VolumeType>> {
    const SQL: &str =
        select!("$2 OR is_public OR id IN (SELECT type_id FROM volume_type_projects WHERE project_id = $1)");
    Ok(db::query_as(SQL).bind(project).bind(all).fetch_all(db).await?)
}

/// The one with this id or name.
pub async fn find(db: &mut Connection, id_or_name: &str) -> Result<Option<VolumeType>> {
    const SQL: &str = select!("id = $1 OR name = $1");
    Ok(db::query_as(SQL).bind(id_or_name).fetch_optional(db).await?)
}

/// The projects that were given access to one that is not public.
pub async fn projects(db: &mut Connection, id: &VolumeTypeId) -> Result<Vec<ProjectId>> {
    const SQL: &str = "SELECT project_id FROM volume_type_projects WHERE type_id = $1 ORDER BY project_id";
    Ok(db::query_scalar(SQL).bind(id).fetch_all(db).await?)
}

/// Whether that project was given access.
pub async fn is_open_to(db: &mut Connection, id: &VolumeTypeId, project: &ProjectId) -> Result<bool> {
    const SQL: &str = "SELECT count(*) FROM volume_type_projects WHERE type_id = $1 AND project_id = $2";
    Ok(db::query_scalar::<i64>(SQL).bind(id).bind(project).fetch_one(db).await? > 0)
}

/// Gives a project access; false if it has it.
pub async fn open_to(tx: &mut Tx, _: Grant, id: &VolumeTypeId, project: &ProjectId) -> Result<bool> {
    const SQL: &str = "INSERT INTO volume_type_projects (type_id, project_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    Ok(db::query(SQL).bind(id).bind(project).execute(&mut **tx).await?.rows_affected() > 0)
}

/// Takes it away; false if the project has none.
pub async fn close_to(tx: &mut Tx, _: Grant, id: &VolumeTypeId, project: &ProjectId) -> Result<bool> {
    const SQL: &str = "DELETE FROM volume_type_projects WHERE type_id = $1 AND project_id = $2";
    Ok(db::query(SQL).bind(id).bind(project).execute(&mut **tx).await?.rows_affected() > 0)
}

const INSERT: &str = "INSERT INTO volume_types (id, name, description, is_public, extra_specs, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";

/// # Errors
/// [`Reason::Duplicate`].
pub async fn insert(tx: &mut Tx, _: Grant, kind: &VolumeType) -> Result<()> {
    let insert = db::query(INSERT)
        .bind(&kind.id)
        .bind(&kind.name)
        .bind(&kind.description)
        .bind(kind.is_public)
        .bind(Json(&kind.extra_specs))
        .bind(kind.created_at);
    insert.execute(&mut **tx).await.map_err(|error| or_taken(error, || taken(&kind.name)))?;
    Ok(())
}

const UPDATE: &str =
    "UPDATE volume_types SET name = $2, description = $3, is_public = $4, extra_specs = $5 WHERE id = $1";

/// # Errors
/// [`Reason::Duplicate`].
pub async fn update(tx: &mut Tx, _: Grant, kind: &VolumeType) -> Result<()> {
    let update = db::query(UPDATE)
        .bind(&kind.id)
        .bind(&kind.name)
        .bind(&kind.description)
        .bind(kind.is_public)
        .bind(Json(&kind.extra_specs));
    update.execute(&mut **tx).await.map_err(|error| or_taken(error, || taken(&kind.name)))?;
    Ok(())
}

fn taken(name: &str) -> Reason {
    Reason::Duplicate { noun: Noun::VolumeType, name: name.to_owned() }
}

pub async fn delete(tx: &mut Tx, _: Grant, id: &VolumeTypeId) -> Result<()> {
    db::query("DELETE FROM volume_types WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}
