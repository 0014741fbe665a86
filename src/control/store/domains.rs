//! Identity domains.

use super::db::{self, Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::identity::Domain;
use crate::model::{DomainId, Noun, ProjectId, Reason, Result, UserId};

const ALL: &str = "SELECT id, name, description, enabled FROM domains ORDER BY name";
const BY_ID: &str = "SELECT id, name, description, enabled FROM domains WHERE id = $1";
const BY_NAME: &str = "
    SELECT id, name, description, enabled FROM domains WHERE name = $1 OR id = $1 ORDER BY (name = $1) DESC LIMIT 1";
const INSERT: &str = "INSERT INTO domains (id, name, description, enabled) VALUES ($1, $2, $3, $4)";
const UPDATE: &str = "UPDATE domains SET name = $2, description = $3, enabled = $4 WHERE id = $1";
const OF_USER: &str = "
    SELECT id, name, description, enabled FROM domains d
    WHERE d.enabled AND EXISTS (
        SELECT 1 FROM role_assignments a WHERE a.domain_id = d.id AND (
            a.user_id = $1 OR a.group_id IN (SELECT group_id FROM group_members WHERE user_id = $1)))
    ORDER BY name";
const PROJECTS: &str = "SELECT id FROM projects WHERE domain_id = $1";
const USERS: &str = "SELECT id FROM users WHERE domain_id = $1";
const DELETE: &str = "DELETE FROM domains WHERE id = $1";

pub async fn all(db: impl Executor<'_>) -> Result<Vec<Domain>> {
    Ok(db::query_as(ALL).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &DomainId) -> Result<Option<Domain>> {
    Ok(db::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

/// The domain of that name; or of that id, for clients that know a domain by nothing else.
pub async fn by_name(db: impl Executor<'_>, name: &str) -> Result<Option<Domain>> {
    Ok(db::query_as(BY_NAME).bind(name).fetch_optional(db).await?)
}

/// # Errors
/// [`Reason::Duplicate`].
pub async fn insert(tx: &mut Tx, _: Grant, domain: &Domain) -> Result<()> {
    db::query(INSERT)
        .bind(&domain.id)
        .bind(&domain.name)
        .bind(&domain.description)
        .bind(domain.enabled)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::Domain, name: domain.name.clone() }))?;
    Ok(())
}

/// Writes the new state of a domain.
///
/// # Errors
/// [`Reason::Duplicate`].
pub async fn update(tx: &mut Tx, _: Grant, domain: &Domain) -> Result<()> {
    db::query(UPDATE)
        .bind(&domain.id)
        .bind(&domain.name)
        .bind(&domain.description)
        .bind(domain.enabled)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::Domain, name: domain.name.clone() }))?;
    Ok(())
}

/// The domains in which the user has a role, by name: the enabled ones.
pub async fn of_user(db: impl Executor<'_>, user: &UserId) -> Result<Vec<Domain>> {
    Ok(db::query_as(OF_USER).bind(user).fetch_all(db).await?)
}

/// The projects and users of a domain, which go before it does.
pub async fn contents(tx: &mut Tx, id: &DomainId) -> Result<(Vec<ProjectId>, Vec<UserId>)> {
    let projects = db::query_scalar(PROJECTS).bind(id).fetch_all(&mut **tx).await?;
    let users = db::query_scalar(USERS).bind(id).fetch_all(&mut **tx).await?;
    Ok((projects, users))
}

/// Deletes an empty domain; its groups and the roles held in it go too.
pub async fn delete(tx: &mut Tx, _: Grant, id: &DomainId) -> Result<()> {
    db::query(DELETE).bind(id).execute(&mut **tx).await?;
    Ok(())
}
