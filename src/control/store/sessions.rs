//! Sessions of browsers: opaque text until a moment.

use super::db::{self, Executor};
use crate::model::{Result, Timestamp};

const INSERT: &str = "INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
const SAVE: &str = "INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3) \
                    ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at";
const LOAD: &str = "SELECT data, expires_at FROM sessions WHERE id = $1 AND expires_at > $2";
const DELETE: &str = "DELETE FROM sessions WHERE id = $1";
const DELETE_EXPIRED: &str = "DELETE FROM sessions WHERE expires_at <= $1";

/// Writes a new session; false when the id is taken.
pub async fn insert(db: impl Executor<'_>, id: &str, data: &str, expires_at: Timestamp) -> Result<bool> {
    let done = db::query(INSERT).bind(id).bind(data).bind(expires_at).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

pub async fn save(db: impl Executor<'_>, id: &str, data: &str, expires_at: Timestamp) -> Result<()> {
    db::query(SAVE).bind(id).bind(data).bind(expires_at).execute(db).await?;
    Ok(())
}

pub async fn load(db: impl Executor<'_>, id: &str, now: Timestamp) -> Result<Option<(String, Timestamp)>> {
    Ok(db::query_as(LOAD).bind(id).bind(now).fetch_optional(db).await?)
}

pub async fn delete(db: impl Executor<'_>, id: &str) -> Result<()> {
    db::query(DELETE).bind(id).execute(db).await?;
    Ok(())
}

pub async fn delete_expired(db: impl Executor<'_>, now: Timestamp) -> Result<()> {
    db::query(DELETE_EXPIRED).bind(now).execute(db).await?;
    Ok(())
}
