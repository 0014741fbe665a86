//! What statements run on.

use std::ops::{Deref, DerefMut};

use super::postgres;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

/// Where single statements read the last committed state.
#[derive(Debug, Clone)]
pub enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    /// How many connections there are, and how many of them nobody uses.
    pub(super) fn size(&self) -> (u32, usize) {
        match self {
            Self::Sqlite(pool) => (pool.size(), pool.num_idle()),
            Self::Postgres(pool) => (pool.size(), pool.num_idle()),
        }
    }

    /// A transaction for several statements that must see the same state; it cannot write.
    ///
    /// # Errors
    /// As every statement.
    pub async fn snapshot(&self) -> sqlx::Result<Tx> {
        Ok(Tx(match self {
            Self::Sqlite(pool) => Connection::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Connection::Postgres(pool.begin_with(postgres::BEGIN_SNAPSHOT).await?),
        }))
    }
}

/// The connection of a transaction.
#[derive(Debug)]
pub enum Connection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction; dropping it without `commit` undoes it. Statements run on `&mut *tx`.
#[derive(Debug)]
pub struct Tx(pub(super) Connection);

impl Tx {
    /// Makes it last.
    ///
    /// # Errors
    /// When the database could not keep it; then nothing of it has happened, or (when the connection was lost on the
    /// way) all of it.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self.0 {
            Connection::Sqlite(transaction) => transaction.commit().await,
            Connection::Postgres(transaction) => transaction.commit().await,
        }
    }
}

impl Deref for Tx {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// Something that a statement can run on: `&mut *tx`, or [`Db::read`](super::Db::read).
pub trait Executor<'c>: Send {
    fn source(self) -> Source<'c>;
}

/// The four kinds of it.
pub enum Source<'c> {
    SqlitePool(&'c SqlitePool),
    Sqlite(&'c mut SqliteConnection),
    PostgresPool(&'c PgPool),
    Postgres(&'c mut PgConnection),
}

impl<'c> Executor<'c> for &'c Pool {
    fn source(self) -> Source<'c> {
        match self {
            Pool::Sqlite(pool) => Source::SqlitePool(pool),
            Pool::Postgres(pool) => Source::PostgresPool(pool),
        }
    }
}

impl<'c> Executor<'c> for &'c mut Connection {
    fn source(self) -> Source<'c> {
        match self {
            Connection::Sqlite(transaction) => Source::Sqlite(transaction),
            Connection::Postgres(transaction) => Source::Postgres(transaction),
        }
    }
}

/// Runs `$query` on `$source`: `$body` is compiled for each driver, with sqlx's statement and what it runs on.
macro_rules! run {
    ($source:expr, $query:expr, |$statement:ident, $connection:ident| $body:expr) => {
        match $source {
            Source::SqlitePool($connection) => {
                let (sql, arguments) = $query.into_sqlite()?;
                let $statement = sqlx::query_with::<sqlx::Sqlite, _>(sql, arguments);
                $body
            }
            Source::Sqlite($connection) => {
                let (sql, arguments) = $query.into_sqlite()?;
                let $statement = sqlx::query_with::<sqlx::Sqlite, _>(sql, arguments);
                $body
            }
            Source::PostgresPool($connection) => {
                let (sql, arguments) = $query.into_postgres()?;
                let $statement = sqlx::query_with::<sqlx::Postgres, _>(sql, arguments);
                $body
            }
            Source::Postgres($connection) => {
                let (sql, arguments) = $query.into_postgres()?;
                let $statement = sqlx::query_with::<sqlx::Postgres, _>(sql, arguments);
                $body
            }
        }
    };
}
pub(super) use run;
