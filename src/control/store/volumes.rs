//! Volumes, with their attachments.

use std::collections::HashMap;

use sqlx::Row as _;
use sqlx::types::Json;

use super::db::{self, Connection, from_row};
use super::{Tx, volume_attachments};
use crate::control::policy::Grant;
use crate::model::volume::{Attachment, Volume};
use crate::model::{InstanceId, ProjectId, Result, SnapshotId, Timestamp, VolumeId, VolumeTypeId};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT v.id, v.project_id, v.user_id, v.name, v.description, v.size_gb, v.status, v.type_id, \
             t.name AS type_name, v.availability_zone, v.source, v.bootable, v.multiattach, v.read_only, v.metadata, \
             v.image_metadata, v.host, v.progress, v.fault, v.created_at, v.updated_at \
             FROM volumes v JOIN volume_types t ON t.id = v.type_id WHERE ",
            $condition,
            " ORDER BY v.created_at DESC, v.id DESC"
        )
    };
}

const ALL: &str = select!("v.id > $1");
const OF_PROJECT: &str = select!("v.project_id = $1");
const BY_ID: &str = select!("v.id = $1");
const ON_HOST: &str = select!("v.host = $1");
const OF_INSTANCE: &str = select!("v.id IN (SELECT volume_id FROM volume_attachments WHERE instance_id = $1)");

// Without attachments.
from_row!(Volume, |row| {
    Ok(Volume {
        id: row.try_get("id")?,
        project_id: row.try_get("project_id")?,
        user_id: row.try_get("user_id")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        size_gb: row.try_get("size_gb")?,
        status: row.try_get("status")?,
        type_id: row.try_get("type_id")?,
        type_name: row.try_get("type_name")?,
        availability_zone: row.try_get("availability_zone")?,
        source: row.try_get::<Json<_>, _>("source")?.0,
        bootable: row.try_get("bootable")?,
        multiattach: row.try_get("multiattach")?,
        read_only: row.try_get("read_only")?,
        metadata: row.try_get::<Json<_>, _>("metadata")?.0,
        image_metadata: row.try_get::<Json<_>, _>("image_metadata")?.0,
        host: row.try_get("host")?,
        progress: row.try_get("progress")?,
        fault: row.try_get::<Option<Json<_>>, _>("fault")?.map(|fault| fault.0),
        attachments: Vec::new(),
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
});

async fn select(db: &mut Connection, sql: &'static str, value: &str) -> Result<Vec<Volume>> {
    let mut volumes: Vec<Volume> = db::query_as(sql).bind(value).fetch_all(&mut *db).await?;
    let ids: Vec<&str> = volumes.iter().map(|volume| volume.id.as_str()).collect();
    let mut attachments: HashMap<VolumeId, Vec<Attachment>> = HashMap::new();
    for attachment in volume_attachments::of_volumes(db, &ids).await? {
        attachments.entry(attachment.volume_id.clone()).or_default().push(attachment);
    }
    for volume in &mut volumes {
        volume.attachments = attachments.remove(&volume.id).unwrap_or_default();
    }
    Ok(volumes)
}

/// Newest first, as all lists here.
pub async fn all(db: &mut Connection) -> Result<Vec<Volume>> {
    select(db, ALL, "").await
}

pub async fn of_project(db: &mut Connection, project: &ProjectId) -> Result<Vec<Volume>> {
    select(db, OF_PROJECT, project.as_str()).await
}

pub async fn by_id(db: &mut Connection, id: &VolumeId) -> Result<Option<Volume>> {
    Ok(select(db, BY_ID, id.as_str()).await?.pop())
}

/// Those that lie on a host.
pub async fn on_host(db: &mut Connection, host: &str) -> Result<Vec<Volume>> {
    select(db, ON_HOST, host).await
}

/// Those that an instance has, or is to have.
pub async fn of_instance(db: &mut Connection, instance: &InstanceId) -> Result<Vec<Volume>> {
    select(db, OF_INSTANCE, instance.as_str()).await
}

const INSERT: &str = "INSERT INTO volumes (id, project_id, user_id, name, description, size_gb, status, type_id, \
    availability_zone, source, bootable, multiattach, read_only, metadata, image_metadata, host, request_id, \
    created_at, updated_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

/// A new one, which that request makes.
pub async fn insert(tx: &mut Tx, _: Grant, volume: &Volume, request_id: &str) -> Result<()> {
    db::query(INSERT)
        .bind(&volume.id)
        .bind(&volume.project_id)
        .bind(&volume.user_id)
        .bind(&volume.name)
        .bind(&volume.description)
        .bind(volume.size_gb)
        .bind(volume.status)
        .bind(&volume.type_id)
        .bind(&volume.availability_zone)
        .bind(Json(&volume.source))
        .bind(volume.bootable)
        .bind(volume.multiattach)
        .bind(volume.read_only)
        .bind(Json(&volume.metadata))
        .bind(Json(&volume.image_metadata))
        .bind(&volume.host)
        .bind(request_id)
        .bind(volume.created_at)
        .bind(volume.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

const UPDATE: &str = "UPDATE volumes SET project_id = $2, user_id = $3, name = $4, description = $5, size_gb = $6, \
    status = $7, bootable = $8, read_only = $9, metadata = $10, image_metadata = $11, progress = $12, fault = $13, \
    updated_at = $14 WHERE id = $1";

/// What somebody made of it.
pub async fn update(tx: &mut Tx, _: Grant, volume: &Volume) -> Result<()> {
    record(tx, volume).await
}

/// What became of it by itself.
pub async fn record(tx: &mut Tx, volume: &Volume) -> Result<()> {
    db::query(UPDATE)
        .bind(&volume.id)
        .bind(&volume.project_id)
        .bind(&volume.user_id)
        .bind(&volume.name)
        .bind(&volume.description)
        .bind(volume.size_gb)
        .bind(volume.status)
        .bind(volume.bootable)
        .bind(volume.read_only)
        .bind(Json(&volume.metadata))
        .bind(Json(&volume.image_metadata))
        .bind(volume.progress)
        .bind(volume.fault.as_ref().map(Json))
        .bind(volume.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The request that works on it from now on.
pub async fn set_request(tx: &mut Tx, id: &VolumeId, request_id: &str) -> Result<()> {
    const SQL: &str = "UPDATE volumes SET request_id = $2 WHERE id = $1";
    db::query(SQL).bind(id).bind(request_id).execute(&mut **tx).await?;
    Ok(())
}

/// The request that works on it, or did last.
pub async fn request(db: &mut Connection, id: &VolumeId) -> Result<Option<String>> {
    Ok(db::query_scalar("SELECT request_id FROM volumes WHERE id = $1").bind(id).fetch_optional(db).await?)
}

/// Its host got further with it.
pub async fn progressed(tx: &mut Tx, id: &VolumeId, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE volumes SET progressed_at = $2 WHERE id = $1";
    db::query(SQL).bind(id).bind(now).execute(&mut **tx).await?;
    Ok(())
}

/// Remembers what it has while it is being given more.
pub async fn remember_size(tx: &mut Tx, id: &VolumeId, size_gb: i64) -> Result<()> {
    const SQL: &str = "UPDATE volumes SET extended_from = $2 WHERE id = $1";
    db::query(SQL).bind(id).bind(size_gb).execute(&mut **tx).await?;
    Ok(())
}

/// What it had before it was to be given more.
pub async fn remembered_size(tx: &mut Tx, id: &VolumeId) -> Result<Option<i64>> {
    const SQL: &str = "SELECT extended_from FROM volumes WHERE id = $1";
    Ok(db::query_scalar::<Option<i64>>(SQL).bind(id).fetch_optional(&mut **tx).await?.flatten())
}

/// Where another host reaches it, or none if none does any more.
pub async fn set_export(tx: &mut Tx, id: &VolumeId, address: Option<&str>, name: Option<&str>) -> Result<()> {
    const SQL: &str = "UPDATE volumes SET export_address = $2, export_name = $3 WHERE id = $1";
    db::query(SQL).bind(id).bind(address).bind(name).execute(&mut **tx).await?;
    Ok(())
}

/// Has those of an instance's volumes that are to be made lie on its host.
pub async fn place_with(tx: &mut Tx, instance: &InstanceId, host: &str, zone: &str) -> Result<()> {
    const SQL: &str = "UPDATE volumes SET host = $2, availability_zone = $3 WHERE host IS NULL \
        AND id IN (SELECT volume_id FROM volume_attachments WHERE instance_id = $1)";
    db::query(SQL).bind(instance).bind(host).bind(zone).execute(&mut **tx).await?;
    Ok(())
}

/// It is gone, and so are its snapshots.
pub async fn remove(tx: &mut Tx, id: &VolumeId) -> Result<()> {
    db::query("DELETE FROM volume_snapshots WHERE volume_id = $1").bind(id).execute(&mut **tx).await?;
    db::query("DELETE FROM volumes WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// Whether volumes are of this type.
pub async fn are_of_type(tx: &mut Tx, id: &VolumeTypeId) -> Result<bool> {
    let count: i64 =
        db::query_scalar("SELECT count(*) FROM volumes WHERE type_id = $1").bind(id).fetch_one(&mut **tx).await?;
    Ok(count > 0)
}

/// A volume whose host was told long ago what to do.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Waiting {
    pub id: VolumeId,
    pub host: String,
    pub request_id: String,
}

const WAITING: &str = "SELECT id, host, request_id FROM volumes v WHERE host IS NOT NULL AND updated_at < $1 \
    AND (status IN ('creating', 'downloading', 'extending', 'uploading', 'deleting') \
        OR EXISTS (SELECT 1 FROM volume_snapshots s WHERE s.volume_id = v.id AND s.status IN ('creating', 'deleting') \
            AND s.updated_at < $1)) \
    AND NOT EXISTS (SELECT 1 FROM volume_attachments a WHERE a.volume_id = v.id AND a.status = 'attaching') \
    ORDER BY id";

/// Those that wait for their host since before `told_before`. What a launch waits for is its own host's business.
pub async fn waiting(db: &mut Connection, told_before: Timestamp) -> Result<Vec<Waiting>> {
    Ok(db::query_as(WAITING).bind(told_before).fetch_all(db).await?)
}

/// A volume is being copied from one of these.
pub async fn is_being_copied(db: &mut Connection, volume: &VolumeId, snapshot: Option<&SnapshotId>) -> Result<bool> {
    const SQL: &str = "SELECT count(*) FROM volumes WHERE status = 'creating' \
        AND ((source ->> 'from' = 'volume' AND source ->> 'volume_id' = $1 AND $2 IS NULL) \
            OR (source ->> 'from' = 'snapshot' AND (source ->> 'snapshot_id' = $2 \
                OR ($2 IS NULL AND source ->> 'volume_id' = $1))))";
    let count: i64 = db::query_scalar(SQL).bind(volume).bind(snapshot).fetch_one(db).await?;
    Ok(count > 0)
}
