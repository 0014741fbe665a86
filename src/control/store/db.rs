//! The database: SQLite with one writer and many readers.
//!
//! Every write begins with `BEGIN IMMEDIATE` on the only writing connection, so transactions follow one another and
//! what one has read cannot change before it commits. Readers see the last commit and wait for nobody.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Connection as _, Row as _, Sqlite, SqlitePool, Transaction};

use crate::model::{Error, Reason, Result};

/// A write transaction; dropping it without `commit` undoes it. Statements run on `&mut **tx`.
pub type Tx = Transaction<'static, Sqlite>;

/// What a single statement can run on: a [`Tx`]'s connection or [`Db::read`].
pub use sqlx::SqliteExecutor as Executor;

/// The database's file in the state directory.
const FILE: &str = "arcus.db";
/// How long a statement waits for another process, such as a backup, to let go of the file.
const BUSY: Duration = Duration::from_secs(10);
const READERS: u32 = 8;
/// How many rows SQLite's thread may be ahead: each time that it is too far, both threads wait for one another.
const ROWS_AHEAD: usize = 1024;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// The open database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Db {
    /// Opens the database in `state_dir`, makes it if it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// A sentence for the operator: the file cannot be used, the disk is full, or a newer Arcus wrote it.
    pub async fn open(state_dir: &Path) -> Result<Self> {
        let file = state_dir.join(FILE);
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
        let writer = writer.connect_with(options).await.map_err(|error| unusable(&file, error))?;
        restrict(&file)?;
        MIGRATIONS.run(&writer).await.map_err(|error| not_migrated(&file, error))?;
        let options =
            SqliteConnectOptions::new().filename(&file).read_only(true).busy_timeout(BUSY).row_buffer_size(ROWS_AHEAD);
        let readers = pool(READERS).connect_with(options).await.map_err(|error| unusable(&file, error))?;
        Ok(Self { writer, readers })
    }

    /// Begins the next write; others wait until it is committed or dropped.
    ///
    /// # Errors
    /// As every statement: [`Reason::DiskFull`], [`Reason::Unavailable`] or an internal one.
    pub async fn write(&self) -> Result<Tx> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A transaction for several statements that must see the same state; it cannot write.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn snapshot(&self) -> Result<Tx> {
        Ok(self.readers.begin().await?)
    }

    /// Where single statements read the last committed state.
    pub fn read(&self) -> &SqlitePool {
        &self.readers
    }
}

/// Connections are kept for ever: opening one costs more than all it will hold.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(size).idle_timeout(None).max_lifetime(None).test_before_acquire(false)
}

/// The file holds password hashes and console token hashes: nobody else may read it.
fn restrict(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).map_err(|error| unusable(file, error.into()))
}

fn unavailable(why: String, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::because(Reason::Unavailable { part: "The database".into(), why }, cause)
}

fn unusable(file: &Path, error: sqlx::Error) -> Error {
    if is_full(&error) {
        return Error::because(Reason::DiskFull { path: file.display().to_string() }, error);
    }
    unavailable(format!("{} cannot be opened for writing ({error})", file.display()), error)
}

fn not_migrated(file: &Path, error: MigrateError) -> Error {
    let file: PathBuf = file.to_owned();
    match error {
        MigrateError::VersionMissing(version) => unavailable(
            format!(
                "a newer Arcus wrote {} (it has migration {version}, which this one does not know). Start that version, \
                 or restore a backup",
                file.display()
            ),
            error,
        ),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => unusable(&file, error),
        other => unavailable(format!("{} cannot be brought up to date ({other})", file.display()), other),
    }
}

/// SQLite's primary result code, where the error came from SQLite.
fn code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

/// SQLITE_FULL, or a write or a growing of the shared memory that the disk had no room for.
fn is_full(error: &sqlx::Error) -> bool {
    const FULL: i32 = 13;
    const IOERR_WRITE: i32 = 778;
    const IOERR_SHMSIZE: i32 = 4874;
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::StorageFull,
        error => matches!(code(error), Some(FULL | IOERR_WRITE | IOERR_SHMSIZE)),
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        const BUSY: i32 = 5;
        const READONLY: i32 = 8;
        if is_full(&error) {
            return Error::because(Reason::DiskFull { path: FILE.into() }, error);
        }
        match code(&error).map(|code| code & 0xff) {
            Some(READONLY) => unavailable(format!("{FILE} cannot be written to"), error),
            Some(BUSY) => unavailable(format!("another process holds {FILE}"), error),
            _ => Error::internal(error),
        }
    }
}

/// Reads a TEXT column of something that has no type of its own in SQL, such as an address.
pub fn parsed<T>(row: &SqliteRow, column: &str) -> sqlx::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(error) })
}

/// What a violated unique index on a name means to people: `reason`; every other error stays what it is.
pub fn or_taken(error: sqlx::Error, reason: impl FnOnce() -> Reason) -> Error {
    if error.as_database_error().is_some_and(|error| error.is_unique_violation()) {
        Error::on("name", reason())
    } else {
        error.into()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;

    #[tokio::test]
    async fn a_dropped_write_leaves_nothing_and_readers_see_only_commits() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(dir.path()).await.unwrap();
        let insert = "INSERT INTO roles (id, name) VALUES ($1, $2)";
        let count = || async { sqlx::query_scalar::<_, i64>("SELECT count(*) FROM roles").fetch_one(db.read()).await };

        let mut tx = db.write().await.unwrap();
        sqlx::query(insert).bind("1").bind("one").execute(&mut *tx).await.unwrap();
        drop(tx);
        let mut tx = db.write().await.unwrap();
        sqlx::query(insert).bind("2").bind("two").execute(&mut *tx).await.unwrap();
        assert_eq!(count().await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert_eq!(count().await.unwrap(), 1);
        assert!(sqlx::query(insert).bind("3").bind("three").execute(db.read()).await.is_err(), "readers cannot write");
    }

    #[tokio::test]
    async fn a_commit_without_room_is_said_and_the_next_one_works() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(dir.path()).await.unwrap();
        let limit = async |pages: i64| {
            let mut connection = db.writer.acquire().await.unwrap();
            sqlx::query(AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")))
                .execute(&mut *connection)
                .await
                .unwrap();
        };
        let fill = async || {
            let mut tx = db.write().await?;
            let name = "x".repeat(1 << 20);
            sqlx::query("INSERT INTO roles (id, name) VALUES ('1', $1)").bind(name).execute(&mut *tx).await?;
            Ok::<_, Error>(tx.commit().await?)
        };
        limit(1).await;
        assert!(matches!(fill().await.unwrap_err().reason, Reason::DiskFull { .. }));
        limit(1 << 20).await;
        fill().await.unwrap();
    }

    #[tokio::test]
    async fn a_database_of_a_newer_version_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(dir.path()).await.unwrap();
        let mut tx = db.write().await.unwrap();
        sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let refusal = Db::open(dir.path()).await.unwrap_err();
        assert!(refusal.to_string().contains("a newer Arcus wrote"), "{refusal}");
    }

    #[tokio::test]
    async fn a_directory_that_is_not_there_is_named() {
        let refusal = Db::open(Path::new("/nowhere/at/all")).await.unwrap_err();
        assert!(refusal.to_string().contains("/nowhere/at/all/arcus.db"), "{refusal}");
    }
}
