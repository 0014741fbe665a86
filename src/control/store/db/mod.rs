//! The database: SQLite in the state directory for one machine, PostgreSQL for several.
//!
//! On both, write transactions follow one another, so that what one has read cannot change before it commits; on
//! PostgreSQL that is a lock which every write takes first, whichever process it is in. Readers see the last commit and
//! wait for nobody.

pub mod copy;
mod errors;
mod lead;
mod migrations;
mod notices;
mod postgres;
mod query;
mod row;
mod source;
mod sqlite;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::control::meter;
use crate::model::Result;

pub use errors::or_taken;
pub use notices::{Notice, Notices};
pub use query::{QueryBuilder, query, query_as, query_scalar};
pub(super) use row::from_row;
pub use row::parsed;
pub use source::{Connection, Executor, Pool, Tx};

/// Where the records are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `arcus.db` in this directory.
    Directory(PathBuf),
    /// A PostgreSQL database, such as `postgres://arcus:secret@127.0.0.1/arcus`.
    Postgres(String),
}

impl Place {
    /// What the setting `database` means: nothing is SQLite in the state directory.
    pub fn of(database: &str, state_dir: &Path) -> Self {
        if database.is_empty() { Self::Directory(state_dir.to_owned()) } else { Self::Postgres(database.to_owned()) }
    }
}

/// The migrations that a database has not had.
///
/// # Errors
/// As [`Db::open`].
pub async fn missing_migrations(place: &Place) -> Result<Vec<i64>> {
    match place {
        Place::Directory(directory) => sqlite::missing(directory).await,
        Place::Postgres(url) => postgres::missing(url).await,
    }
}

/// Whether opening a database may change its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Bring it up to date.
    Migrate,
    /// Refuse one that lacks something: other processes use it, and who changes it is an operator's choice.
    Expect,
}

/// How the connections of a pool are used.
#[derive(Debug, Clone, Copy)]
pub struct PoolUse {
    pub pool: &'static str,
    pub used: f64,
    pub idle: f64,
}

/// The open database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    writer: Pool,
    readers: Pool,
}

impl Db {
    /// Opens the database; SQLite's file is made if it is missing.
    ///
    /// # Errors
    /// A sentence for the operator: it cannot be used, the disk is full, or its schema is not this version's.
    pub async fn open(place: &Place, schema: Schema) -> Result<Self> {
        match place {
            Place::Directory(directory) => sqlite::open(directory, schema).await,
            Place::Postgres(url) => postgres::open(url, schema).await,
        }
    }

    /// Begins the next write; others wait until it is committed or dropped.
    ///
    /// # Errors
    /// As every statement: `DiskFull`, `Unavailable` or an internal one.
    pub async fn write(&self) -> Result<Tx> {
        let asked = Instant::now();
        let tx = Tx(match &self.writer {
            Pool::Sqlite(pool) => Connection::Sqlite(pool.begin_with(sqlite::BEGIN).await?),
            Pool::Postgres(pool) => Connection::Postgres(pool.begin_with(postgres::BEGIN).await?),
        });
        meter::write_began(asked.elapsed());
        Ok(tx)
    }

    /// A transaction for several statements that must see the same state; it cannot write.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn snapshot(&self) -> Result<Tx> {
        Ok(self.readers.snapshot().await?)
    }

    /// How its connections are used.
    pub fn in_use(&self) -> impl Iterator<Item = PoolUse> {
        [("writers", self.writer.size()), ("readers", self.readers.size())].into_iter().map(|(pool, (size, idle))| {
            let idle = idle as f64;
            PoolUse { pool, used: (f64::from(size) - idle).max(0.0), idle }
        })
    }

    /// Where single statements read the last committed state.
    pub fn read(&self) -> &Pool {
        &self.readers
    }
}
