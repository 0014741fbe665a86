//! SQLite: a file in WAL mode, one writer and many readers.

use std::path::Path;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::errors::{not_migrated, unusable};
use super::{Db, Pool, Schema, migrations};
use crate::model::Result;

/// The database's file in the state directory.
pub(super) const FILE: &str = "arcus.db";
/// A write takes the lock at once: what it reads is what it changes.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
/// How long a statement waits for another process, such as a backup, to let go of the file.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 8;
/// How many rows SQLite's thread may be ahead: each time that it is too far, both threads wait for one another.
const ROWS_AHEAD: usize = 1024;

pub(super) async fn open(state_dir: &Path, schema: Schema) -> Result<Db> {
    let file = state_dir.join(FILE);
    let place = file.display().to_string();
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY);
    // After a COMMIT for which the disk had no room SQLite has undone the transaction by itself, but sqlx keeps on
    // counting it: that connection could begin no other.
    let writer = pool(1).before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }));
    let writer = writer.connect_with(options).await.map_err(|error| unusable(&place, error))?;
    restrict(&file)?;
    migrations::prepare(&migrations::SQLITE, &writer, schema).await.map_err(|error| not_migrated(&place, error))?;
    let options =
        SqliteConnectOptions::new().filename(&file).read_only(true).busy_timeout(BUSY).row_buffer_size(ROWS_AHEAD);
    let readers = pool(READERS).connect_with(options).await.map_err(|error| unusable(&place, error))?;
    Ok(Db { writer: Pool::Sqlite(writer), readers: Pool::Sqlite(readers) })
}

/// The migrations that the file has not had; all of them if it is not there.
pub(super) async fn missing(state_dir: &Path) -> Result<Vec<i64>> {
    let file = state_dir.join(FILE);
    let place = file.display().to_string();
    if !file.exists() {
        return Ok(migrations::SQLITE.iter().map(|step| step.version).collect());
    }
    let options = SqliteConnectOptions::new().filename(&file).busy_timeout(BUSY);
    let pool = pool(1).connect_with(options).await.map_err(|error| unusable(&place, error))?;
    migrations::missing(&migrations::SQLITE, &pool).await.map_err(|error| not_migrated(&place, error))
}

/// Connections are kept for ever: opening one costs more than all it will hold.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(size).idle_timeout(None).max_lifetime(None).test_before_acquire(false)
}

/// The file holds password hashes and console token hashes: nobody else may read it.
fn restrict(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| unusable(&file.display().to_string(), error.into()))
}
