//! Volumes' places in instances.

use sqlx::types::Json;
use sqlx::{FromRow, Row as _};

use super::Tx;
use super::db::{self, Connection, Executor, from_row};
use crate::control::policy::Grant;
use crate::model::volume::{AttachStatus, Attachment};
use crate::model::{AttachmentId, InstanceId, Result, Timestamp, VolumeId};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT id, volume_id, instance_id, status, device, boot, delete_on_termination, read_only, tag, created_at, \
             attached_at FROM volume_attachments WHERE ",
            $condition,
            " ORDER BY boot DESC, device"
        )
    };
}

from_row!(Attachment, |row| {
    Ok(Attachment {
        id: row.try_get("id")?,
        volume_id: row.try_get("volume_id")?,
        instance_id: row.try_get("instance_id")?,
        status: row.try_get("status")?,
        device: row.try_get("device")?,
        boot: row.try_get("boot")?,
        delete_on_termination: row.try_get("delete_on_termination")?,
        read_only: row.try_get("read_only")?,
        tag: row.try_get("tag")?,
        created_at: row.try_get("created_at")?,
        attached_at: row.try_get("attached_at")?,
    })
});

/// Those of any of these volumes.
pub async fn of_volumes(db: &mut Connection, ids: &[&str]) -> Result<Vec<Attachment>> {
    const SQL: &str = select!("volume_id IN (SELECT value FROM json_each($1))");
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(db::query_as(SQL).bind(Json(ids)).fetch_all(db).await?)
}

/// Those of any of these instances, by device; the one that it starts from comes first.
pub async fn of_instances(on: impl Executor<'_>, ids: &[&str]) -> Result<Vec<Attachment>> {
    const SQL: &str = select!("instance_id IN (SELECT value FROM json_each($1))");
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(db::query_as(SQL).bind(Json(ids)).fetch_all(on).await?)
}

pub async fn by_id(db: &mut Connection, id: &AttachmentId) -> Result<Option<Attachment>> {
    const SQL: &str = select!("id = $1");
    Ok(db::query_as(SQL).bind(id).fetch_optional(db).await?)
}

const INSERT: &str = "INSERT INTO volume_attachments (id, volume_id, instance_id, status, device, boot, \
    delete_on_termination, read_only, tag, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// A place that a volume is to have.
pub async fn insert(tx: &mut Tx, _: Grant, attachment: &Attachment) -> Result<()> {
    db::query(INSERT)
        .bind(&attachment.id)
        .bind(&attachment.volume_id)
        .bind(&attachment.instance_id)
        .bind(attachment.status)
        .bind(&attachment.device)
        .bind(attachment.boot)
        .bind(attachment.delete_on_termination)
        .bind(attachment.read_only)
        .bind(&attachment.tag)
        .bind(attachment.created_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// How far it is; `now` is when it became attached, if it did.
pub async fn set_status(tx: &mut Tx, id: &AttachmentId, status: AttachStatus, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE volume_attachments SET status = $2, \
        attached_at = CASE WHEN $3 THEN coalesce(attached_at, $4) ELSE attached_at END WHERE id = $1";
    let update = db::query(SQL).bind(id).bind(status).bind(status == AttachStatus::Attached).bind(now);
    update.execute(&mut **tx).await?;
    Ok(())
}

/// Whether the volume goes with its instance.
pub async fn set_delete_on_termination(tx: &mut Tx, _: Grant, id: &AttachmentId, whether: bool) -> Result<()> {
    const SQL: &str = "UPDATE volume_attachments SET delete_on_termination = $2 WHERE id = $1";
    db::query(SQL).bind(id).bind(whether).execute(&mut **tx).await?;
    Ok(())
}

/// The volume has left its place.
pub async fn remove(tx: &mut Tx, id: &AttachmentId) -> Result<()> {
    db::query("DELETE FROM volume_attachments WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

const ELSEWHERE: &str = "SELECT a.instance_id FROM volume_attachments a JOIN volumes v ON v.id = a.volume_id \
    JOIN instances i ON i.id = a.instance_id WHERE a.volume_id = $1 AND i.host <> v.host ORDER BY a.id";

/// The instances on other hosts than a volume's own that have it.
pub async fn elsewhere(tx: &mut Tx, volume: &VolumeId) -> Result<Vec<InstanceId>> {
    Ok(db::query_scalar(ELSEWHERE).bind(volume).fetch_all(&mut **tx).await?)
}

const GONE: &str = "SELECT DISTINCT a.instance_id FROM volume_attachments a LEFT JOIN instances i ON i.id = a.instance_id \
    WHERE i.id IS NULL OR i.deleted_at IS NOT NULL \
        OR (i.vm_state = 'error' AND i.host IS NULL AND i.task_state IS NULL)";

/// Instances that are gone, or whose launch failed, while volumes are still held for them.
pub async fn of_nobody(on: impl Executor<'_>) -> Result<Vec<InstanceId>> {
    Ok(db::query_scalar(GONE).fetch_all(on).await?)
}

/// An instance's volumes that wait to be plugged in or taken out.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct Waiting {
    pub instance_id: InstanceId,
    pub volume_id: VolumeId,
    /// The instance's.
    pub host: String,
    pub request_id: String,
}

const WAITING: &str = "SELECT a.instance_id, a.volume_id, i.host, v.request_id FROM volume_attachments a \
    JOIN volumes v ON v.id = a.volume_id JOIN instances i ON i.id = a.instance_id \
    WHERE a.status <> 'attached' AND v.updated_at < $1 AND i.deleted_at IS NULL AND i.host IS NOT NULL \
        AND i.task_state IS NULL AND i.vm_state <> 'building' ORDER BY a.id";

/// Those whose host was told before `told_before`.
pub async fn waiting(db: &mut Connection, told_before: Timestamp) -> Result<Vec<Waiting>> {
    Ok(db::query_as(WAITING).bind(told_before).fetch_all(db).await?)
}
