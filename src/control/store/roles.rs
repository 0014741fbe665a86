//! Roles, and who holds them where.

use super::db::{Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::identity::{Assignment, Role};
use crate::model::{Noun, ProjectId, Reason, Result, RoleId, UserId};

const ALL: &str = "SELECT id, name FROM roles ORDER BY name";
const BY_ID: &str = "SELECT id, name FROM roles WHERE id = $1";
const BY_NAME: &str = "SELECT id, name FROM roles WHERE name = $1";
const HELD: &str = "
    SELECT r.id, r.name FROM roles r JOIN assignments a ON a.role_id = r.id
    WHERE a.user_id = $1 AND a.project_id = $2 ORDER BY r.name";
const INSERT: &str = "INSERT INTO roles (id, name) VALUES ($1, $2)";
const ASSIGNMENTS: &str = "SELECT user_id, project_id, role_id FROM assignments ORDER BY project_id, user_id, role_id";
const ASSIGN: &str =
    "INSERT INTO assignments (user_id, project_id, role_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const WITHDRAW: &str = "DELETE FROM assignments WHERE user_id = $1 AND project_id = $2 AND role_id = $3";

pub async fn all(db: impl Executor<'_>) -> Result<Vec<Role>> {
    Ok(sqlx::query_as(ALL).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &RoleId) -> Result<Option<Role>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

pub async fn by_name(db: impl Executor<'_>, name: &str) -> Result<Option<Role>> {
    Ok(sqlx::query_as(BY_NAME).bind(name).fetch_optional(db).await?)
}

/// The roles that a user holds in a project.
pub async fn held(db: impl Executor<'_>, user: &UserId, project: &ProjectId) -> Result<Vec<Role>> {
    Ok(sqlx::query_as(HELD).bind(user).bind(project).fetch_all(db).await?)
}

/// # Errors
/// [`Reason::Duplicate`].
pub async fn insert(tx: &mut Tx, _: Grant, role: &Role) -> Result<()> {
    sqlx::query(INSERT)
        .bind(&role.id)
        .bind(&role.name)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::Role, name: role.name.clone() }))?;
    Ok(())
}

pub async fn assignments(db: impl Executor<'_>) -> Result<Vec<Assignment>> {
    Ok(sqlx::query_as(ASSIGNMENTS).fetch_all(db).await?)
}

/// Holding it already is no failure.
pub async fn assign(tx: &mut Tx, _: Grant, assignment: &Assignment) -> Result<()> {
    sqlx::query(ASSIGN)
        .bind(&assignment.user_id)
        .bind(&assignment.project_id)
        .bind(&assignment.role_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether it was held.
pub async fn withdraw(tx: &mut Tx, _: Grant, assignment: &Assignment) -> Result<bool> {
    let done = sqlx::query(WITHDRAW)
        .bind(&assignment.user_id)
        .bind(&assignment.project_id)
        .bind(&assignment.role_id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}
