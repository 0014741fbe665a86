//! With which projects images are shared.

use super::Tx;
use super::db::{self, Executor};
use crate::control::policy::Grant;
use crate::model::image::{ImageMember, MemberStatus};
use crate::model::{ImageId, ProjectId, Result, Timestamp};

const OF_IMAGE: &str = "SELECT * FROM image_members WHERE image_id = $1 ORDER BY created_at, member_id";
const FIND: &str = "SELECT * FROM image_members WHERE image_id = $1 AND member_id = $2";
const ADD: &str = "
    INSERT INTO image_members (image_id, member_id, status, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING";
const SET_STATUS: &str = "
    UPDATE image_members SET status = $3, updated_at = $4 WHERE image_id = $1 AND member_id = $2";
const REMOVE: &str = "DELETE FROM image_members WHERE image_id = $1 AND member_id = $2";

pub async fn of_image(on: impl Executor<'_>, image: &ImageId) -> Result<Vec<ImageMember>> {
    Ok(db::query_as(OF_IMAGE).bind(image).fetch_all(on).await?)
}

pub async fn find(on: impl Executor<'_>, image: &ImageId, member: &ProjectId) -> Result<Option<ImageMember>> {
    Ok(db::query_as(FIND).bind(image).bind(member).fetch_optional(on).await?)
}

/// Whether it was none before.
pub async fn add(tx: &mut Tx, _: Grant, member: &ImageMember) -> Result<bool> {
    let done = db::query(ADD)
        .bind(&member.image_id)
        .bind(&member.member_id)
        .bind(member.status)
        .bind(member.created_at)
        .bind(member.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether there was such a member.
pub async fn set_status(
    tx: &mut Tx,
    _: Grant,
    image: &ImageId,
    member: &ProjectId,
    status: MemberStatus,
    now: Timestamp,
) -> Result<bool> {
    let done = db::query(SET_STATUS).bind(image).bind(member).bind(status).bind(now).execute(&mut **tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Whether there was such a member.
pub async fn remove(tx: &mut Tx, _: Grant, image: &ImageId, member: &ProjectId) -> Result<bool> {
    Ok(db::query(REMOVE).bind(image).bind(member).execute(&mut **tx).await?.rows_affected() == 1)
}
