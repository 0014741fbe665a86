//! What goes wrong with a database, in words for its operator.

use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

use super::sqlite::FILE;
use crate::model::{Error, Reason};

fn unavailable(why: String, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::because(Reason::Unavailable { part: "The database".into(), why }, cause)
}

/// Why the database at `place` cannot be opened.
pub(super) fn unusable(place: &str, error: sqlx::Error) -> Error {
    if is_full(&error) {
        return Error::because(Reason::DiskFull { path: place.to_owned() }, error);
    }
    unavailable(format!("{place} cannot be opened for writing ({error})"), error)
}

/// Why the schema of the database at `place` is not this version's.
pub(super) fn not_migrated(place: &str, error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMissing(version) => unavailable(
            format!(
                "a newer Arcus wrote {place} (it has migration {version}, which this one does not know). Start that \
                 version, or restore a backup"
            ),
            error,
        ),
        MigrateError::VersionNotPresent(version) => unavailable(
            format!("{place} lacks migration {version}, which this Arcus needs. Run `arcus db migrate` once"),
            error,
        ),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => unusable(place, error),
        other => unavailable(format!("{place} cannot be brought up to date ({other})"), other),
    }
}

/// SQLite's result code, where the error came from SQLite.
fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    let error = error.as_database_error()?;
    if error.try_downcast_ref::<PgDatabaseError>().is_some() { None } else { error.code()?.parse().ok() }
}

/// PostgreSQL's SQLSTATE (its manual's appendix A), where the error came from PostgreSQL.
fn sqlstate(error: &sqlx::Error) -> Option<&str> {
    Some(error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?.code())
}

/// `SQLITE_FULL`, or a write or a growing of the shared memory that the disk had no room for; PostgreSQL's `disk_full`.
fn is_full(error: &sqlx::Error) -> bool {
    const FULL: i32 = 13;
    const IOERR_WRITE: i32 = 778;
    const IOERR_SHMSIZE: i32 = 4874;
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::StorageFull,
        error => {
            matches!(sqlite_code(error), Some(FULL | IOERR_WRITE | IOERR_SHMSIZE)) || sqlstate(error) == Some("53100")
        }
    }
}

/// The server is away, starts or stops, or has too much to do: the same statement may succeed later.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Protocol(_) => true,
        // Connections, resources, operators and timeouts of locks or idle transactions.
        error => sqlstate(error).is_some_and(|state| {
            ["08", "53", "57"].iter().any(|class| state.starts_with(class))
                || matches!(state, "55P03" | "25P03" | "25P02")
        }),
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        const BUSY: i32 = 5;
        const READONLY: i32 = 8;
        if is_full(&error) {
            let path = if sqlstate(&error).is_some() { "the database" } else { FILE };
            return Error::because(Reason::DiskFull { path: path.into() }, error);
        }
        match sqlite_code(&error).map(|code| code & 0xff) {
            Some(READONLY) => unavailable(format!("{FILE} cannot be written to"), error),
            Some(BUSY) => unavailable(format!("another process holds {FILE}"), error),
            _ if is_away(&error) => unavailable(format!("it does not answer ({error})"), error),
            _ => Error::internal(error),
        }
    }
}

/// What a violated unique index on a name means to people: `reason`; every other error stays what it is.
pub fn or_taken(error: sqlx::Error, reason: impl FnOnce() -> Reason) -> Error {
    if error.as_database_error().is_some_and(|error| error.is_unique_violation()) {
        Error::on("name", reason())
    } else {
        error.into()
    }
}
