//! Groups of users.

use super::db::{self, Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::identity::{Group, User};
use crate::model::{GroupId, Noun, Reason, Result, UserId};

const ALL: &str = "SELECT id, domain_id, name, description FROM user_groups ORDER BY name";
const BY_ID: &str = "SELECT id, domain_id, name, description FROM user_groups WHERE id = $1";
const OF_USER: &str = "
    SELECT g.id, g.domain_id, g.name, g.description FROM user_groups g JOIN group_members m ON m.group_id = g.id
    WHERE m.user_id = $1 ORDER BY g.name";
const MEMBERS: &str = "
    SELECT u.id, u.domain_id, u.name, u.enabled, u.default_project_id, u.extra
    FROM users u JOIN group_members m ON m.user_id = u.id WHERE m.group_id = $1 ORDER BY u.name";
const SAVE: &str = "
    INSERT INTO user_groups (id, domain_id, name, description) VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description";
const DELETE: &str = "DELETE FROM user_groups WHERE id = $1";
const ADD: &str = "INSERT INTO group_members (group_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const REMOVE: &str = "DELETE FROM group_members WHERE group_id = $1 AND user_id = $2";

pub async fn all(db: impl Executor<'_>) -> Result<Vec<Group>> {
    Ok(db::query_as(ALL).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &GroupId) -> Result<Option<Group>> {
    Ok(db::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

pub async fn of_user(db: impl Executor<'_>, user: &UserId) -> Result<Vec<Group>> {
    Ok(db::query_as(OF_USER).bind(user).fetch_all(db).await?)
}

pub async fn members(db: impl Executor<'_>, id: &GroupId) -> Result<Vec<User>> {
    Ok(db::query_as(MEMBERS).bind(id).fetch_all(db).await?)
}

/// Writes a new group or the new state of one.
///
/// # Errors
/// [`Reason::Duplicate`] within the domain.
pub async fn save(tx: &mut Tx, _: Grant, group: &Group) -> Result<()> {
    db::query(SAVE)
        .bind(&group.id)
        .bind(&group.domain_id)
        .bind(&group.name)
        .bind(&group.description)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::Group, name: group.name.clone() }))?;
    Ok(())
}

/// Whether there was such a group; what it was allowed ends with it.
pub async fn delete(tx: &mut Tx, _: Grant, id: &GroupId) -> Result<bool> {
    Ok(db::query(DELETE).bind(id).execute(&mut **tx).await?.rows_affected() == 1)
}

/// Being in it already is no failure.
pub async fn add_member(tx: &mut Tx, _: Grant, id: &GroupId, user: &UserId) -> Result<()> {
    db::query(ADD).bind(id).bind(user).execute(&mut **tx).await?;
    Ok(())
}

/// Whether the user was in it.
pub async fn remove_member(tx: &mut Tx, _: Grant, id: &GroupId, user: &UserId) -> Result<bool> {
    Ok(db::query(REMOVE).bind(id).bind(user).execute(&mut **tx).await?.rows_affected() == 1)
}
