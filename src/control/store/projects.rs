//! Projects.

use sqlx::types::Json;

use super::db::{self, Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::identity::Project;
use crate::model::{Noun, ProjectId, Reason, Result, UserId};

const ALL: &str = "SELECT id, domain_id, name, description, enabled, tags FROM projects ORDER BY name";
const BY_ID: &str = "SELECT id, domain_id, name, description, enabled, tags FROM projects WHERE id = $1";
const OF_USER: &str = "
    SELECT p.id, p.domain_id, p.name, p.description, p.enabled, p.tags
    FROM projects p JOIN domains d ON d.id = p.domain_id
    WHERE p.enabled AND d.enabled AND EXISTS (
        SELECT 1 FROM role_assignments a WHERE a.project_id = p.id AND (
            a.user_id = $1 OR a.group_id IN (SELECT group_id FROM group_members WHERE user_id = $1)))
    ORDER BY p.name, p.id";
const INSERT: &str = "
    INSERT INTO projects (id, domain_id, name, description, enabled, tags) VALUES ($1, $2, $3, $4, $5, $6)";
const UPDATE: &str = "UPDATE projects SET name = $2, description = $3, enabled = $4, tags = $5 WHERE id = $1";
const OWNED: &str = "
    SELECT (SELECT count(*) FROM instances WHERE project_id = $1 AND deleted_at IS NULL) AS instances,
           (SELECT count(*) FROM networks WHERE project_id = $1) AS networks,
           (SELECT count(*) FROM ports WHERE project_id = $1) AS ports,
           (SELECT count(*) FROM routers WHERE project_id = $1) AS routers,
           (SELECT count(*) FROM floating_ips WHERE project_id = $1) AS floating_ips,
           (SELECT count(*) FROM images WHERE owner = $1) AS images";
/// What belongs to a project and is of no use without it, in the order that foreign keys want. (Security groups that
/// ports still need stay with the ports.)
const DELETE: [&str; 4] = [
    "DELETE FROM security_groups WHERE project_id = $1
     AND NOT EXISTS (SELECT 1 FROM port_security_groups p WHERE p.security_group_id = security_groups.id)",
    "DELETE FROM quotas WHERE project_id = $1",
    "UPDATE users SET default_project_id = NULL WHERE default_project_id = $1",
    "DELETE FROM projects WHERE id = $1",
];

/// How many things of each kind a project owns.
#[derive(sqlx::FromRow)]
pub struct Owned {
    pub instances: i64,
    pub networks: i64,
    pub ports: i64,
    pub routers: i64,
    pub floating_ips: i64,
    pub images: i64,
}

pub async fn all(db: impl Executor<'_>) -> Result<Vec<Project>> {
    Ok(db::query_as(ALL).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &ProjectId) -> Result<Option<Project>> {
    Ok(db::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

/// The enabled ones in which the user has a role, by name.
pub async fn of_user(db: impl Executor<'_>, user: &UserId) -> Result<Vec<Project>> {
    Ok(db::query_as(OF_USER).bind(user).fetch_all(db).await?)
}

/// # Errors
/// [`Reason::Duplicate`] within the domain.
pub async fn insert(tx: &mut Tx, _: Grant, project: &Project) -> Result<()> {
    db::query(INSERT)
        .bind(&project.id)
        .bind(&project.domain_id)
        .bind(&project.name)
        .bind(&project.description)
        .bind(project.enabled)
        .bind(Json(&project.tags))
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::Project, name: project.name.clone() }))?;
    Ok(())
}

/// Writes the new state of a project.
///
/// # Errors
/// [`Reason::Duplicate`] within the domain.
pub async fn update(tx: &mut Tx, _: Grant, project: &Project) -> Result<()> {
    db::query(UPDATE)
        .bind(&project.id)
        .bind(&project.name)
        .bind(&project.description)
        .bind(project.enabled)
        .bind(Json(&project.tags))
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::Project, name: project.name.clone() }))?;
    Ok(())
}

pub async fn owned(tx: &mut Tx, id: &ProjectId) -> Result<Owned> {
    Ok(db::query_as(OWNED).bind(id).fetch_one(&mut **tx).await?)
}

pub async fn delete(tx: &mut Tx, _: Grant, id: &ProjectId) -> Result<()> {
    for statement in DELETE {
        db::query(statement).bind(id).execute(&mut **tx).await?;
    }
    Ok(())
}
