//! Why things failed, for whoever asked for them.

use sqlx::Row as _;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Connection, from_row};
use crate::control::policy::Grant;
use crate::model::volume::VolumeMessage;
use crate::model::{ProjectId, Result, Timestamp};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, project_id, resource_type, resource_id, reason, request_id, created_at FROM volume_messages WHERE ",
            $condition,
            " ORDER BY created_at DESC, id DESC"
        )
    };
}

from_row!(VolumeMessage, |row| {
    Ok(VolumeMessage {
        id: row.try_get("id")?,
        project_id: row.try_get("project_id")?,
        about: row.try_get("resource_type")?,
        resource_id: row.try_get("resource_id")?,
        reason: row.try_get::<Json<_>, _>("reason")?.0,
        request_id: row.try_get("request_id")?,
        created_at: row.try_get("created_at")?,
    })
});

/// Those of a project, newest first.
pub async fn of_project(db: &mut Connection, project: &ProjectId) -> Result<Vec<VolumeMessage>> {
    const SQL: &str = select!("project_id = $1");
    Ok(db::query_as(SQL).bind(project).fetch_all(db).await?)
}

pub async fn by_id(db: &mut Connection, id: &str) -> Result<Option<VolumeMessage>> {
    const SQL: &str = select!("id = $1");
    Ok(db::query_as(SQL).bind(id).fetch_optional(db).await?)
}

const INSERT: &str = "INSERT INTO volume_messages (id, project_id, resource_type, resource_id, reason, request_id, \
    created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

pub async fn insert(tx: &mut Tx, message: &VolumeMessage) -> Result<()> {
    db::query(INSERT)
        .bind(&message.id)
        .bind(&message.project_id)
        .bind(message.about)
        .bind(&message.resource_id)
        .bind(Json(&message.reason))
        .bind(&message.request_id)
        .bind(message.created_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub async fn remove(tx: &mut Tx, _: Grant, id: &str) -> Result<()> {
    db::query("DELETE FROM volume_messages WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// Forgets those that are older; tells how many.
pub async fn forget_before(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let delete = db::query("DELETE FROM volume_messages WHERE created_at < $1").bind(before);
    Ok(delete.execute(&mut **tx).await?.rows_affected())
}
