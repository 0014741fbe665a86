//! Volumes' snapshots.

use sqlx::Row as _;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Connection, from_row};
use crate::control::policy::Grant;
use crate::model::volume::Snapshot;
use crate::model::{ProjectId, Result, SnapshotId, VolumeId};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, volume_id, project_id, user_id, name, description, size_gb, status, metadata, fault, created_at, \
             updated_at FROM volume_snapshots WHERE ",
            $condition,
            " ORDER BY created_at DESC, id DESC"
        )
    };
}

const ALL: &str = select!("id > $1");
const OF_PROJECT: &str = select!("project_id = $1");
const OF_VOLUME: &str = select!("volume_id = $1");
const ON_HOST: &str = select!("volume_id IN (SELECT v.id FROM volumes v WHERE v.host = $1)");
const BY_ID: &str = select!("id = $1");

from_row!(Snapshot, |row| {
    Ok(Snapshot {
        id: row.try_get("id")?,
        volume_id: row.try_get("volume_id")?,
        project_id: row.try_get("project_id")?,
        user_id: row.try_get("user_id")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        size_gb: row.try_get("size_gb")?,
        status: row.try_get("status")?,
        metadata: row.try_get::<Json<_>, _>("metadata")?.0,
        fault: row.try_get::<Option<Json<_>>, _>("fault")?.map(|fault| fault.0),
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
});

async fn select(db: &mut Connection, sql: &'static str, value: &str) -> Result<Vec<Snapshot>> {
    Ok(db::query_as(sql).bind(value).fetch_all(db).await?)
}

/// Newest first, as all lists here.
pub async fn all(db: &mut Connection) -> Result<Vec<Snapshot>> {
    select(db, ALL, "").await
}

pub async fn of_project(db: &mut Connection, project: &ProjectId) -> Result<Vec<Snapshot>> {
    select(db, OF_PROJECT, project.as_str()).await
}

pub async fn of_volume(db: &mut Connection, volume: &VolumeId) -> Result<Vec<Snapshot>> {
    select(db, OF_VOLUME, volume.as_str()).await
}

/// Those of volumes that lie on a host.
pub async fn on_host(db: &mut Connection, host: &str) -> Result<Vec<Snapshot>> {
    select(db, ON_HOST, host).await
}

pub async fn by_id(db: &mut Connection, id: &SnapshotId) -> Result<Option<Snapshot>> {
    Ok(select(db, BY_ID, id.as_str()).await?.pop())
}

const INSERT: &str = "INSERT INTO volume_snapshots (id, volume_id, project_id, user_id, name, description, size_gb, \
    status, metadata, request_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// A new one, which that request takes.
pub async fn insert(tx: &mut Tx, _: Grant, snapshot: &Snapshot, request_id: &str) -> Result<()> {
    db::query(INSERT)
        .bind(&snapshot.id)
        .bind(&snapshot.volume_id)
        .bind(&snapshot.project_id)
        .bind(&snapshot.user_id)
        .bind(&snapshot.name)
        .bind(&snapshot.description)
        .bind(snapshot.size_gb)
        .bind(snapshot.status)
        .bind(Json(&snapshot.metadata))
        .bind(request_id)
        .bind(snapshot.created_at)
        .bind(snapshot.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What somebody made of it.
pub async fn update(tx: &mut Tx, _: Grant, snapshot: &Snapshot) -> Result<()> {
    record(tx, snapshot).await
}

const UPDATE: &str = "UPDATE volume_snapshots SET project_id = $2, user_id = $3, name = $4, description = $5, \
    status = $6, metadata = $7, fault = $8, updated_at = $9 WHERE id = $1";

/// What became of it by itself.
pub async fn record(tx: &mut Tx, snapshot: &Snapshot) -> Result<()> {
    db::query(UPDATE)
        .bind(&snapshot.id)
        .bind(&snapshot.project_id)
        .bind(&snapshot.user_id)
        .bind(&snapshot.name)
        .bind(&snapshot.description)
        .bind(snapshot.status)
        .bind(Json(&snapshot.metadata))
        .bind(snapshot.fault.as_ref().map(Json))
        .bind(snapshot.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// It is gone.
pub async fn remove(tx: &mut Tx, id: &SnapshotId) -> Result<()> {
    db::query("DELETE FROM volume_snapshots WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}
