//! Image records.

use std::collections::BTreeMap;

use sqlx::FromRow;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Executor};
use crate::control::policy::Grant;
use crate::model::image::{ContainerFormat, DiskFormat, Image, ImageStatus, MemberStatus, Visibility};
use crate::model::{ImageId, ProjectId, Reason, Result, Timestamp};

#[derive(FromRow)]
struct Row {
    id: ImageId,
    name: String,
    description: Option<String>,
    owner: ProjectId,
    status: ImageStatus,
    fault: Option<Json<Reason>>,
    visibility: Visibility,
    protected: bool,
    disk_format: Option<DiskFormat>,
    container_format: Option<ContainerFormat>,
    hidden: bool,
    tags: Json<Vec<String>>,
    size: Option<i64>,
    virtual_size: Option<i64>,
    checksum: Option<String>,
    sha256: Option<String>,
    min_disk: i64,
    min_ram: i64,
    properties: Json<BTreeMap<String, String>>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for Image {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            description: row.description,
            owner: row.owner,
            status: row.status,
            fault: row.fault.map(|fault| fault.0),
            visibility: row.visibility,
            protected: row.protected,
            disk_format: row.disk_format,
            container_format: row.container_format,
            hidden: row.hidden,
            tags: row.tags.0,
            size: row.size,
            virtual_size: row.virtual_size,
            checksum: row.checksum,
            sha256: row.sha256,
            min_disk: row.min_disk,
            min_ram: row.min_ram,
            properties: row.properties.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            progress: None,
        }
    }
}

/// What is public, belongs to the project or is shared with it and has this `status` there (any status for none), and
/// with `community` every such image too, by name; with `all`, every image.
pub async fn list(
    on: impl Executor<'_>,
    project: &ProjectId,
    status: Option<MemberStatus>,
    community: bool,
    all: bool,
) -> Result<Vec<Image>> {
    const SQL: &str = "SELECT * FROM images WHERE owner = $1 OR visibility = 'public' OR $2 \
                           OR (visibility = 'community' AND $3) \
                           OR (visibility = 'shared' AND EXISTS (SELECT 1 FROM image_members m \
                               WHERE m.image_id = images.id AND m.member_id = $1 AND m.status = coalesce($4, m.status))) \
                       ORDER BY name, created_at";
    let rows: Vec<Row> = db::query_as(SQL).bind(project).bind(all).bind(community).bind(status).fetch_all(on).await?;
    Ok(rows.into_iter().map(Image::from).collect())
}

/// The image of that id, whoever owns it.
pub async fn find(on: impl Executor<'_>, id: &ImageId) -> Result<Option<Image>> {
    let row: Option<Row> = db::query_as("SELECT * FROM images WHERE id = $1").bind(id).fetch_optional(on).await?;
    Ok(row.map(Image::from))
}

/// Writes a new record or the new state of one.
pub async fn save(tx: &mut Tx, _: Grant, image: &Image) -> Result<()> {
    const SQL: &str = "INSERT INTO images (id, name, description, owner, status, fault, visibility, protected, disk_format, size, \
                           virtual_size, checksum, sha256, min_disk, min_ram, properties, created_at, updated_at, \
                           container_format, hidden, tags) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) \
                       ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, \
                           status = excluded.status, fault = excluded.fault, visibility = excluded.visibility, \
                           protected = excluded.protected, disk_format = excluded.disk_format, size = excluded.size, \
                           virtual_size = excluded.virtual_size, checksum = excluded.checksum, sha256 = excluded.sha256, \
                           min_disk = excluded.min_disk, min_ram = excluded.min_ram, properties = excluded.properties, \
                           updated_at = excluded.updated_at, container_format = excluded.container_format, \
                           hidden = excluded.hidden, tags = excluded.tags";
    db::query(SQL)
        .bind(&image.id)
        .bind(&image.name)
        .bind(&image.description)
        .bind(&image.owner)
        .bind(image.status)
        .bind(image.fault.as_ref().map(Json))
        .bind(image.visibility)
        .bind(image.protected)
        .bind(image.disk_format)
        .bind(image.size)
        .bind(image.virtual_size)
        .bind(&image.checksum)
        .bind(&image.sha256)
        .bind(image.min_disk)
        .bind(image.min_ram)
        .bind(Json(&image.properties))
        .bind(image.created_at)
        .bind(image.updated_at)
        .bind(image.container_format)
        .bind(image.hidden)
        .bind(Json(&image.tags))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Claims an image for data that comes, which puts it into `status`: only one that waits for data, or whose data was
/// refused, can be claimed. Tells whether this caller got it.
pub async fn begin(tx: &mut Tx, _: Grant, id: &ImageId, status: ImageStatus, now: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE images SET status = $3, fault = NULL, updated_at = $2 \
                       WHERE id = $1 AND status IN ('queued', 'killed')";
    Ok(db::query(SQL).bind(id).bind(now).bind(status).execute(&mut **tx).await?.rows_affected() > 0)
}

/// Those of a status that a restart broke off wait for data again.
pub async fn reset(tx: &mut Tx, status: ImageStatus, fault: Option<&Reason>, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE images SET status = 'queued', fault = $3, updated_at = $2 WHERE status = $1";
    db::query(SQL).bind(status).bind(now).bind(fault.map(Json)).execute(&mut **tx).await?;
    Ok(())
}

/// Deletes the record of an image whose data never came.
pub async fn discard(tx: &mut Tx, id: &ImageId) -> Result<()> {
    const SQL: &str = "DELETE FROM images WHERE id = $1 AND status NOT IN ('active', 'deactivated')";
    db::query(SQL).bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// Deletes a record; tells whether there was one.
pub async fn delete(tx: &mut Tx, _: Grant, id: &ImageId) -> Result<bool> {
    Ok(db::query("DELETE FROM images WHERE id = $1").bind(id).execute(&mut **tx).await?.rows_affected() > 0)
}
