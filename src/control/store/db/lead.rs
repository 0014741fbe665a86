//! Work that one process at a time does for all: whoever holds a lock of the database's.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use super::{Db, Pool};
use crate::model::Result;

/// How often a process that does not lead asks whether it may.
const ASK_EVERY: Duration = Duration::from_secs(2);
/// How often the leader makes sure that it still is: the lock ends with its connection.
const CHECK_EVERY: Duration = Duration::from_secs(3);
/// A server that does not answer for so long has lost the connection, or will have.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const TRY: &str = "SELECT pg_try_advisory_lock(4776003)";

/// The right to do the work; it ends when this is dropped.
pub struct Lead(Option<PgConnection>);

impl Db {
    /// Waits until this process may do the work. On SQLite it always may: nobody else is there.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn lead(&self) -> Result<Lead> {
        let Pool::Postgres(pool) = &self.readers else { return Ok(Lead(None)) };
        let mut connection = pool.acquire().await?.detach();
        while !sqlx::query_scalar::<_, bool>(TRY).fetch_one(&mut connection).await? {
            tokio::time::sleep(ASK_EVERY).await;
        }
        Ok(Lead(Some(connection)))
    }
}

impl Lead {
    /// Resolves when the right is lost. The work is harmless when it is done twice for a moment.
    pub async fn lost(&mut self) {
        let Some(connection) = &mut self.0 else { return std::future::pending().await };
        loop {
            tokio::time::sleep(CHECK_EVERY).await;
            match tokio::time::timeout(ANSWER_WITHIN, connection.ping()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return,
            }
        }
    }
}
