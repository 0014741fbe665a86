//! Changes of what is said of an instance: nothing that runs is touched by them.

use std::collections::BTreeMap;

use sqlx::types::Json;

use super::super::db;
use super::Touched;
use crate::control::policy::Grant;
use crate::control::store::Tx;
use crate::model::instance::{InstanceChange, Lock};
use crate::model::keypair::Keypair;
use crate::model::{InstanceId, Result, SecurityGroupId, Timestamp};

const CHANGE: &str = "UPDATE instances SET name = coalesce($2, name), \
    description = CASE WHEN $3 THEN $4 ELSE description END, hostname = coalesce($5, hostname), \
    access_ip_v4 = coalesce($6, access_ip_v4), access_ip_v6 = coalesce($7, access_ip_v6), \
    auto_disk_config = coalesce($8, auto_disk_config), updated_at = $9, version = version + 1 \
    WHERE id = $1 AND deleted_at IS NULL RETURNING id, project_id, version";

/// What is said of an instance; a part that is none stays.
pub async fn change(
    tx: &mut Tx,
    _grant: Grant,
    id: &InstanceId,
    change: &InstanceChange,
    now: Timestamp,
) -> Result<Option<Touched>> {
    let query = db::query_as(CHANGE)
        .bind(id)
        .bind(&change.name)
        .bind(change.description.is_some())
        .bind(change.description.as_ref().and_then(Option::as_ref))
        .bind(&change.hostname)
        .bind(&change.access_ip_v4)
        .bind(&change.access_ip_v6)
        .bind(change.auto_disk_config)
        .bind(now);
    Ok(query.fetch_optional(&mut **tx).await?)
}

const SET_METADATA: &str = "UPDATE instances SET metadata = $2, updated_at = $3, version = version + 1 \
    WHERE id = $1 AND deleted_at IS NULL RETURNING id, project_id, version";

/// All of its metadata.
pub async fn set_metadata(
    tx: &mut Tx,
    _grant: Grant,
    id: &InstanceId,
    metadata: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<Option<Touched>> {
    Ok(db::query_as(SET_METADATA).bind(id).bind(Json(metadata)).bind(now).fetch_optional(&mut **tx).await?)
}

const SET_LOCK: &str = "UPDATE instances SET locked = $2, updated_at = $3, version = version + 1 \
    WHERE id = $1 AND deleted_at IS NULL RETURNING id, project_id, version";

/// Locks it, or lifts the lock.
pub async fn set_lock(
    tx: &mut Tx,
    _grant: Grant,
    id: &InstanceId,
    lock: Option<&Lock>,
    now: Timestamp,
) -> Result<Option<Touched>> {
    Ok(db::query_as(SET_LOCK).bind(id).bind(lock.map(Json)).bind(now).fetch_optional(&mut **tx).await?)
}

const SET_GROUPS: &str = "UPDATE instances SET security_groups = $2, updated_at = $3, version = version + 1 \
    WHERE id = $1 AND deleted_at IS NULL RETURNING id, project_id, version";

/// The security groups that its further ports get.
pub async fn set_security_groups(
    tx: &mut Tx,
    _grant: Grant,
    id: &InstanceId,
    groups: &[SecurityGroupId],
    now: Timestamp,
) -> Result<Option<Touched>> {
    Ok(db::query_as(SET_GROUPS).bind(id).bind(Json(groups)).bind(now).fetch_optional(&mut **tx).await?)
}

const SET_USER_DATA: &str = "UPDATE instances SET user_data = $2 WHERE id = $1";

/// Its user data, which the guest reads when it starts over.
pub async fn set_user_data(tx: &mut Tx, _grant: Grant, id: &InstanceId, user_data: Option<&str>) -> Result<()> {
    db::query(SET_USER_DATA).bind(id).bind(user_data).execute(&mut **tx).await?;
    Ok(())
}

const SET_KEY: &str = "UPDATE instances SET key_name = $2, public_key = $3 WHERE id = $1";

/// The key that the guest lets in when it starts over.
pub async fn set_key(tx: &mut Tx, _grant: Grant, id: &InstanceId, key: Option<&Keypair>) -> Result<()> {
    let query = db::query(SET_KEY).bind(id).bind(key.map(|key| &key.name)).bind(key.map(|key| &key.public_key));
    query.execute(&mut **tx).await?;
    Ok(())
}

const TOUCH: &str = "UPDATE instances SET updated_at = $2, version = version + 1 \
    WHERE id = $1 AND deleted_at IS NULL RETURNING id, project_id, version";

/// All of its tags.
pub async fn set_tags(
    tx: &mut Tx,
    _grant: Grant,
    id: &InstanceId,
    tags: &[String],
    now: Timestamp,
) -> Result<Option<Touched>> {
    db::query("DELETE FROM instance_tags WHERE instance_id = $1").bind(id).execute(&mut **tx).await?;
    insert_tags(tx, id, tags).await?;
    Ok(db::query_as(TOUCH).bind(id).bind(now).fetch_optional(&mut **tx).await?)
}

pub(super) async fn insert_tags(tx: &mut Tx, id: &InstanceId, tags: &[String]) -> Result<()> {
    const SQL: &str = "INSERT INTO instance_tags (instance_id, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    for tag in tags {
        db::query(SQL).bind(id).bind(tag).execute(&mut **tx).await?;
    }
    Ok(())
}

/// An instance's tags, read where they are about to change.
pub async fn tags_of(tx: &mut Tx, id: &InstanceId) -> Result<Vec<String>> {
    const SQL: &str = "SELECT tag FROM instance_tags WHERE instance_id = $1 ORDER BY tag";
    Ok(db::query_scalar(SQL).bind(id).fetch_all(&mut **tx).await?)
}
