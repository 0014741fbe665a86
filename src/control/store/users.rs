//! Users and their secrets.

use super::db::{Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::identity::User;
use crate::model::{DomainId, Noun, Reason, Result, Timestamp, UserId};

const ALL: &str = "SELECT id, domain_id, name, enabled, default_project_id FROM users ORDER BY name";
const BY_ID: &str = "
    SELECT id, domain_id, name, enabled, default_project_id, password_hash, tokens_valid_from FROM users WHERE id = $1";
const BY_NAME: &str = "
    SELECT id, domain_id, name, enabled, default_project_id, password_hash, tokens_valid_from
    FROM users WHERE domain_id = $1 AND name = $2";
const INSERT: &str = "
    INSERT INTO users (id, domain_id, name, enabled, default_project_id, password_hash, tokens_valid_from)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SET_PASSWORD: &str = "UPDATE users SET password_hash = $2, tokens_valid_from = $3 WHERE id = $1";
const ENABLE: &str = "UPDATE users SET enabled = TRUE WHERE id = $1";
const DISABLE: &str = "UPDATE users SET enabled = FALSE, tokens_valid_from = $2 WHERE id = $1";
const DELETE: [&str; 2] = ["DELETE FROM keypairs WHERE user_id = $1", "DELETE FROM users WHERE id = $1"];

/// A user with what only identity may see.
#[derive(sqlx::FromRow)]
pub struct Account {
    #[sqlx(flatten)]
    pub user: User,
    /// argon2id in PHC form.
    pub password_hash: String,
    /// Tokens issued earlier are worthless.
    pub tokens_valid_from: Timestamp,
}

pub async fn all(db: impl Executor<'_>) -> Result<Vec<User>> {
    Ok(sqlx::query_as(ALL).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &UserId) -> Result<Option<Account>> {
    Ok(sqlx::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

pub async fn by_name(db: impl Executor<'_>, domain: &DomainId, name: &str) -> Result<Option<Account>> {
    Ok(sqlx::query_as(BY_NAME).bind(domain).bind(name).fetch_optional(db).await?)
}

/// # Errors
/// [`Reason::Duplicate`] within the domain.
pub async fn insert(tx: &mut Tx, _: Grant, account: &Account) -> Result<()> {
    let user = &account.user;
    sqlx::query(INSERT)
        .bind(&user.id)
        .bind(&user.domain_id)
        .bind(&user.name)
        .bind(user.enabled)
        .bind(&user.default_project_id)
        .bind(&account.password_hash)
        .bind(account.tokens_valid_from)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::User, name: user.name.clone() }))?;
    Ok(())
}

/// Whether there was such a user.
pub async fn set_password(tx: &mut Tx, _: Grant, id: &UserId, hash: &str, now: Timestamp) -> Result<bool> {
    let done = sqlx::query(SET_PASSWORD).bind(id).bind(hash).bind(now).execute(&mut **tx).await?;
    Ok(done.rows_affected() == 1)
}

/// Whether there was such a user. Disabling ends the tokens issued so far, even if the user is enabled again.
pub async fn set_enabled(tx: &mut Tx, _: Grant, id: &UserId, enabled: bool, now: Timestamp) -> Result<bool> {
    let statement = if enabled { sqlx::query(ENABLE).bind(id) } else { sqlx::query(DISABLE).bind(id).bind(now) };
    Ok(statement.execute(&mut **tx).await?.rows_affected() == 1)
}

/// Whether there was such a user; assignments and key pairs go too.
pub async fn delete(tx: &mut Tx, _: Grant, id: &UserId) -> Result<bool> {
    let mut deleted = 0;
    for statement in DELETE {
        deleted = sqlx::query(statement).bind(id).execute(&mut **tx).await?.rows_affected();
    }
    Ok(deleted == 1)
}
