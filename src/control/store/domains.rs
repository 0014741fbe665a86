//! Identity domains.

use super::db::{Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::identity::Domain;
use crate::model::{DomainId, Noun, Reason, Result};

const ALL: &str = "SELECT id, name, description, enabled FROM domains ORDER BY name";
const BY_ID: &str = "SELECT id, name, description, enabled FROM domains WHERE id = $1";
const BY_NAME: &str = "
    SELECT id, name, description, enabled FROM domains WHERE name = $1 OR id = $1 ORDER BY (name = $1) DESC LIMIT 1";
const INSERT: &str = "INSERT INTO domains (id, name, description, enabled) VALUES ($1, $2, $3, $4)";

pub async fn all(db: impl Executor<'_>) -> Result<Vec<Domain>> {
    Ok(sqlx::query_as(ALL).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &DomainId) -> Result<Option<Domain>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

/// The domain of that name; or of that id, for clients that know a domain by nothing else.
pub async fn by_name(db: impl Executor<'_>, name: &str) -> Result<Option<Domain>> {
    Ok(sqlx::query_as(BY_NAME).bind(name).fetch_optional(db).await?)
}

/// # Errors
/// [`Reason::Duplicate`].
pub async fn insert(tx: &mut Tx, _: Grant, domain: &Domain) -> Result<()> {
    sqlx::query(INSERT)
        .bind(&domain.id)
        .bind(&domain.name)
        .bind(&domain.description)
        .bind(domain.enabled)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::Domain, name: domain.name.clone() }))?;
    Ok(())
}
