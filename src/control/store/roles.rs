//! Roles.

use super::db::{self, Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::identity::Role;
use crate::model::{DomainId, Noun, ProjectId, Reason, Result, RoleId, UserId};

const ALL: &str = "SELECT id, name, description FROM roles ORDER BY name";
const BY_ID: &str = "SELECT id, name, description FROM roles WHERE id = $1";
const BY_NAME: &str = "SELECT id, name, description FROM roles WHERE name = $1";
const HELD: &str = "
    SELECT DISTINCT r.id, r.name, r.description FROM roles r JOIN role_assignments a ON a.role_id = r.id
    WHERE a.project_id = $2
        AND (a.user_id = $1 OR a.group_id IN (SELECT group_id FROM group_members WHERE user_id = $1))
    ORDER BY r.name";
const HELD_IN_DOMAIN: &str = "
    SELECT DISTINCT r.id, r.name, r.description FROM roles r JOIN role_assignments a ON a.role_id = r.id
    WHERE a.domain_id = $2
        AND (a.user_id = $1 OR a.group_id IN (SELECT group_id FROM group_members WHERE user_id = $1))
    ORDER BY r.name";
const INSERT: &str = "INSERT INTO roles (id, name, description) VALUES ($1, $2, $3)";
const UPDATE: &str = "UPDATE roles SET name = $2, description = $3 WHERE id = $1";
const DELETE: &str = "DELETE FROM roles WHERE id = $1";

pub async fn all(db: impl Executor<'_>) -> Result<Vec<Role>> {
    Ok(db::query_as(ALL).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &RoleId) -> Result<Option<Role>> {
    Ok(db::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

pub async fn by_name(db: impl Executor<'_>, name: &str) -> Result<Option<Role>> {
    Ok(db::query_as(BY_NAME).bind(name).fetch_optional(db).await?)
}

/// The roles that a user holds in a project, also by way of a group.
pub async fn held(db: impl Executor<'_>, user: &UserId, project: &ProjectId) -> Result<Vec<Role>> {
    Ok(db::query_as(HELD).bind(user).bind(project).fetch_all(db).await?)
}

/// The roles that a user holds in a domain, also by way of a group.
pub async fn held_in_domain(db: impl Executor<'_>, user: &UserId, domain: &DomainId) -> Result<Vec<Role>> {
    Ok(db::query_as(HELD_IN_DOMAIN).bind(user).bind(domain).fetch_all(db).await?)
}

/// # Errors
/// [`Reason::Duplicate`].
pub async fn insert(tx: &mut Tx, grant: Grant, role: &Role) -> Result<()> {
    write(tx, grant, INSERT, role).await
}

/// Writes the new state of a role.
///
/// # Errors
/// [`Reason::Duplicate`].
pub async fn update(tx: &mut Tx, grant: Grant, role: &Role) -> Result<()> {
    write(tx, grant, UPDATE, role).await
}

async fn write(tx: &mut Tx, _: Grant, statement: &'static str, role: &Role) -> Result<()> {
    db::query(statement)
        .bind(&role.id)
        .bind(&role.name)
        .bind(&role.description)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::Role, name: role.name.clone() }))?;
    Ok(())
}

/// Whether there was such a role; nobody holds it afterwards.
pub async fn delete(tx: &mut Tx, _: Grant, id: &RoleId) -> Result<bool> {
    Ok(db::query(DELETE).bind(id).execute(&mut **tx).await?.rows_affected() == 1)
}
