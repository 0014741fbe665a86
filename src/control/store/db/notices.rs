//! What processes that share a database tell one another: PostgreSQL's LISTEN and NOTIFY.

use sqlx::postgres::PgListener;

use super::{Db, Pool, query};
use crate::model::Result;

/// New rows wait in the outbox; told by a trigger of that table.
const OUTBOX: &str = "arcus_outbox";
/// Something that open pages want to hear of.
const NEWS: &str = "arcus_news";

/// What another process, or this one, has told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Messages wait to be published.
    Outbox,
    /// What [`Db::announce`] was given.
    News(String),
    /// The connection was lost for a while: anything may have been told meanwhile.
    Gap,
}

/// An ear for notices.
pub struct Notices(PgListener);

impl Notices {
    /// The next one.
    ///
    /// # Errors
    /// When the database cannot be reached; asking again reconnects.
    pub async fn next(&mut self) -> Result<Notice> {
        let Some(told) = self.0.try_recv().await? else { return Ok(Notice::Gap) };
        Ok(if told.channel() == OUTBOX { Notice::Outbox } else { Notice::News(told.payload().to_owned()) })
    }
}

impl Db {
    /// Begins to listen; none where no other process shares the database.
    ///
    /// # Errors
    /// As every statement.
    pub async fn notices(&self) -> Result<Option<Notices>> {
        let Pool::Postgres(pool) = &self.readers else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen_all([OUTBOX, NEWS]).await?;
        Ok(Some(Notices(listener)))
    }

    /// Tells every process that listens, this one too. Fewer than 8,000 bytes.
    ///
    /// # Errors
    /// As every statement.
    pub async fn announce(&self, news: &str) -> Result<()> {
        query("SELECT pg_notify($1, $2)").bind(NEWS).bind(news).execute(&self.readers).await?;
        Ok(())
    }

    /// Whether other processes may work on the same records.
    pub fn is_shared(&self) -> bool {
        matches!(self.readers, Pool::Postgres(_))
    }
}
