//! Tokens that were made worthless before their time.

use super::Tx;
use super::db;
use crate::model::{Result, Timestamp};

const INSERT: &str = "INSERT INTO revoked_tokens (audit_id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const FORGET: &str = "DELETE FROM revoked_tokens WHERE expires_at < $1";

/// Remembers a token until it expires, and forgets those that have.
pub async fn add(tx: &mut Tx, audit_id: &str, expires_at: Timestamp, now: Timestamp) -> Result<()> {
    db::query(FORGET).bind(now).execute(&mut **tx).await?;
    db::query(INSERT).bind(audit_id).bind(expires_at).execute(&mut **tx).await?;
    Ok(())
}
