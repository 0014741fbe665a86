//! Volumes on their way to other projects.

use sqlx::FromRow;

use super::Tx;
use super::db::{self, Connection};
use crate::control::policy::Grant;
use crate::model::volume::Transfer;
use crate::model::{ProjectId, Result, Timestamp, VolumeId};

/// A transfer with what proves that somebody was given its key.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct Record {
    pub id: String,
    pub volume_id: VolumeId,
    pub name: String,
    pub project_id: ProjectId,
    pub salt: String,
    /// SHA-256 of salt and key, hex.
    pub key_hash: String,
    pub created_at: Timestamp,
}

impl From<Record> for Transfer {
    fn from(record: Record) -> Self {
        let Record { id, volume_id, name, project_id, created_at, .. } = record;
        Self { id, volume_id, name, project_id, created_at }
    }
}

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT t.id, t.volume_id, t.name, v.project_id, t.salt, t.key_hash, t.created_at \
             FROM volume_transfers t JOIN volumes v ON v.id = t.volume_id WHERE ",
            $condition,
            " ORDER BY t.created_at, t.id"
        )
    };
}

/// Those of a project, or `all` there are, oldest first.
pub async fn list(db: &mut Connection, project: &ProjectId, all: bool) -> Result<Vec<Record>> {
    const SQL: &str = select!("$2 OR v.project_id = $1");
    Ok(db::query_as(SQL).bind(project).bind(all).fetch_all(db).await?)
}

pub async fn by_id(db: &mut Connection, id: &str) -> Result<Option<Record>> {
    const SQL: &str = select!("t.id = $1");
    Ok(db::query_as(SQL).bind(id).fetch_optional(db).await?)
}

const INSERT: &str = "INSERT INTO volume_transfers (id, volume_id, name, salt, key_hash, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";

pub async fn insert(tx: &mut Tx, _: Grant, record: &Record) -> Result<()> {
    db::query(INSERT)
        .bind(&record.id)
        .bind(&record.volume_id)
        .bind(&record.name)
        .bind(&record.salt)
        .bind(&record.key_hash)
        .bind(record.created_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The offer of a volume was taken, or called off.
pub async fn remove_of(tx: &mut Tx, _: Grant, volume: &VolumeId) -> Result<()> {
    db::query("DELETE FROM volume_transfers WHERE volume_id = $1").bind(volume).execute(&mut **tx).await?;
    Ok(())
}
