//! Messages that wait to be published, written in the same transaction as what they announce.

use sqlx::FromRow;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Executor};
use crate::bus::Envelope;
use crate::model::{Result, Timestamp};

/// A message that waits.
#[derive(Debug, Clone, FromRow)]
pub struct Waiting {
    pub seq: i64,
    pub topic: String,
    #[sqlx(json)]
    pub envelope: Envelope,
}

const INSERT: &str = "INSERT INTO outbox (topic, envelope, created_at) VALUES ($1, $2, $3)";

pub async fn insert(tx: &mut Tx, topic: &str, envelope: &Envelope, now: Timestamp) -> Result<()> {
    db::query(INSERT).bind(topic).bind(Json(envelope)).bind(now).execute(&mut **tx).await?;
    Ok(())
}

const AFTER: &str = "SELECT seq, topic, envelope FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2";

/// The next messages after row `seq`, in order.
pub async fn after(on: impl Executor<'_>, seq: i64, limit: u32) -> Result<Vec<Waiting>> {
    Ok(db::query_as(AFTER).bind(seq).bind(i64::from(limit)).fetch_all(on).await?)
}

/// How many messages wait.
pub async fn depth(on: impl Executor<'_>) -> Result<i64> {
    Ok(db::query_scalar("SELECT count(*) FROM outbox").fetch_one(on).await?)
}

const DELETE: &str = "DELETE FROM outbox WHERE seq IN (SELECT CAST(value AS BIGINT) FROM json_each($1))";

pub async fn delete(tx: &mut Tx, rows: &[i64]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    db::query(DELETE).bind(Json(rows)).execute(&mut **tx).await?;
    Ok(())
}
