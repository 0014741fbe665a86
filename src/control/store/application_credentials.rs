//! Application credentials and their secrets.

use sqlx::types::Json;

use super::db::{self, Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::{ApplicationCredentialId, Noun, ProjectId, Reason, Result, RoleId, Timestamp, UserId};

const OF_USER: &str = "SELECT * FROM application_credentials WHERE user_id = $1 ORDER BY created_at, id";
const BY_ID: &str = "SELECT * FROM application_credentials WHERE id = $1";
const INSERT: &str = "
    INSERT INTO application_credentials (id, user_id, project_id, name, description, secret_hash, roles, unrestricted,
        expires_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const DELETE: &str = "DELETE FROM application_credentials WHERE id = $1";

/// A credential as it is kept: with its roles' ids, and what only identity may see.
#[derive(sqlx::FromRow)]
pub struct Record {
    pub id: ApplicationCredentialId,
    pub user_id: UserId,
    pub project_id: ProjectId,
    pub name: String,
    pub description: Option<String>,
    /// argon2id in PHC form.
    pub secret_hash: String,
    #[sqlx(json)]
    pub roles: Vec<RoleId>,
    pub unrestricted: bool,
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

pub async fn of_user(db: impl Executor<'_>, user: &UserId) -> Result<Vec<Record>> {
    Ok(db::query_as(OF_USER).bind(user).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &ApplicationCredentialId) -> Result<Option<Record>> {
    Ok(db::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

/// # Errors
/// [`Reason::Duplicate`] among the user's own.
pub async fn insert(tx: &mut Tx, _: Grant, record: &Record) -> Result<()> {
    db::query(INSERT)
        .bind(&record.id)
        .bind(&record.user_id)
        .bind(&record.project_id)
        .bind(&record.name)
        .bind(&record.description)
        .bind(&record.secret_hash)
        .bind(Json(&record.roles))
        .bind(record.unrestricted)
        .bind(record.expires_at)
        .bind(record.created_at)
        .execute(&mut **tx)
        .await
        .map_err(|error| {
            or_taken(error, || Reason::Duplicate { noun: Noun::ApplicationCredential, name: record.name.clone() })
        })?;
    Ok(())
}

/// Whether there was such a credential.
pub async fn delete(tx: &mut Tx, _: Grant, id: &ApplicationCredentialId) -> Result<bool> {
    Ok(db::query(DELETE).bind(id).execute(&mut **tx).await?.rows_affected() == 1)
}
