//! Console tickets, by the SHA-256 of their token.

use sqlx::FromRow;

use super::Tx;
use super::db;
use crate::control::policy::Grant;
use crate::model::{InstanceId, Result, Timestamp, UserId};

/// What a ticket is good for.
#[derive(Debug, Clone, FromRow)]
pub struct Bound {
    pub instance_id: InstanceId,
    pub user_id: UserId,
    pub expires_at: Timestamp,
}

const INSERT: &str =
    "INSERT INTO console_tokens (token_hash, instance_id, user_id, expires_at) VALUES ($1, $2, $3, $4)";

pub async fn insert(tx: &mut Tx, _grant: Grant, hash: &str, bound: &Bound) -> Result<()> {
    let query = db::query(INSERT).bind(hash).bind(&bound.instance_id).bind(&bound.user_id).bind(bound.expires_at);
    query.execute(&mut **tx).await?;
    Ok(())
}

const TAKE: &str = "DELETE FROM console_tokens WHERE token_hash = $1 RETURNING instance_id, user_id, expires_at";

/// Uses a ticket up; none if there is no such ticket (any more).
pub async fn take(tx: &mut Tx, hash: &str) -> Result<Option<Bound>> {
    Ok(db::query_as(TAKE).bind(hash).fetch_optional(&mut **tx).await?)
}

/// Forgets tickets that nobody can use any more.
pub async fn forget_expired(tx: &mut Tx, now: Timestamp) -> Result<()> {
    db::query("DELETE FROM console_tokens WHERE expires_at <= $1").bind(now).execute(&mut **tx).await?;
    Ok(())
}
