//! Users and their secrets.

use sqlx::types::Json;

use super::db::{self, Executor, Tx, or_taken};
use crate::control::policy::Grant;
use crate::model::identity::User;
use crate::model::{DomainId, Noun, Reason, Result, Timestamp, UserId};

const ALL: &str = "SELECT id, domain_id, name, enabled, default_project_id, extra FROM users ORDER BY name";
const BY_ID: &str = "
    SELECT id, domain_id, name, enabled, default_project_id, extra, password_hash, tokens_valid_from
    FROM users WHERE id = $1";
const BY_NAME: &str = "
    SELECT id, domain_id, name, enabled, default_project_id, extra, password_hash, tokens_valid_from
    FROM users WHERE domain_id = $1 AND name = $2";
const INSERT: &str = "
    INSERT INTO users (id, domain_id, name, enabled, default_project_id, extra, password_hash, tokens_valid_from)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const UPDATE: &str = "
    UPDATE users SET name = $2, enabled = $3, default_project_id = $4, extra = $5, password_hash = $6,
        tokens_valid_from = $7 WHERE id = $1";
const DELETE: [&str; 2] = ["DELETE FROM keypairs WHERE user_id = $1", "DELETE FROM users WHERE id = $1"];

/// A user with what only identity may see.
#[derive(sqlx::FromRow)]
pub struct Account {
    #[sqlx(flatten)]
    pub user: User,
    /// argon2id in PHC form; empty for a user without a password.
    pub password_hash: String,
    /// Tokens issued earlier are worthless.
    pub tokens_valid_from: Timestamp,
}

impl Account {
    /// The password's hash; none for a user without a password.
    pub fn hash(&self) -> Option<&str> {
        Some(self.password_hash.as_str()).filter(|hash| !hash.is_empty())
    }
}

pub async fn all(db: impl Executor<'_>) -> Result<Vec<User>> {
    Ok(db::query_as(ALL).fetch_all(db).await?)
}

pub async fn by_id(db: impl Executor<'_>, id: &UserId) -> Result<Option<Account>> {
    Ok(db::query_as(BY_ID).bind(id).fetch_optional(db).await?)
}

pub async fn by_name(db: impl Executor<'_>, domain: &DomainId, name: &str) -> Result<Option<Account>> {
    Ok(db::query_as(BY_NAME).bind(domain).bind(name).fetch_optional(db).await?)
}

/// # Errors
/// [`Reason::Duplicate`] within the domain.
pub async fn insert(tx: &mut Tx, _: Grant, account: &Account) -> Result<()> {
    let user = &account.user;
    db::query(INSERT)
        .bind(&user.id)
        .bind(&user.domain_id)
        .bind(&user.name)
        .bind(user.enabled)
        .bind(&user.default_project_id)
        .bind(Json(&user.extra))
        .bind(&account.password_hash)
        .bind(account.tokens_valid_from)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::User, name: user.name.clone() }))?;
    Ok(())
}

/// Writes the new state of a user.
///
/// # Errors
/// [`Reason::Duplicate`] within the domain.
pub async fn update(tx: &mut Tx, _: Grant, account: &Account) -> Result<()> {
    let user = &account.user;
    db::query(UPDATE)
        .bind(&user.id)
        .bind(&user.name)
        .bind(user.enabled)
        .bind(&user.default_project_id)
        .bind(Json(&user.extra))
        .bind(&account.password_hash)
        .bind(account.tokens_valid_from)
        .execute(&mut **tx)
        .await
        .map_err(|error| or_taken(error, || Reason::Duplicate { noun: Noun::User, name: user.name.clone() }))?;
    Ok(())
}

/// Whether there was such a user; assignments and key pairs go too.
pub async fn delete(tx: &mut Tx, _: Grant, id: &UserId) -> Result<bool> {
    let mut deleted = 0;
    for statement in DELETE {
        deleted = db::query(statement).bind(id).execute(&mut **tx).await?.rows_affected();
    }
    Ok(deleted == 1)
}
