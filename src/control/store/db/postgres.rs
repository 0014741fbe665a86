//! PostgreSQL: the records of several machines.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::errors::{not_migrated, unusable};
use super::{Db, Pool, Schema, migrations};
use crate::model::Result;

/// Every write takes this lock first and holds it until it ends. The number is Arcus' own; PostgreSQL has one such lock
/// a number and database.
pub(super) const BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(4776002)";
/// Every statement sees what was committed when the first one began.
pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// With the writers, a listener and a leader: 11 connections a process, of the 100 that PostgreSQL allows unless told otherwise.
const READERS: u32 = 6;
/// Those beyond the one that writes wait for the lock in PostgreSQL, in the order in which they came.
const WRITERS: u32 = 3;
/// How long a statement waits for a connection.
const CONNECTION_WITHIN: Duration = Duration::from_secs(10);

/// What a session is told as it begins. A process that hangs while it holds the lock, or a machine that is gone, must
/// not keep the others waiting for ever.
const SESSION: [(&str, &str); 5] = [
    ("idle_in_transaction_session_timeout", "15s"),
    ("lock_timeout", "30s"),
    ("statement_timeout", "60s"),
    ("tcp_user_timeout", "15s"),
    ("tcp_keepalives_idle", "10"),
];

pub(super) async fn open(url: &str, schema: Schema) -> Result<Db> {
    let (options, place) = read(url)?;
    let writer = connect(WRITERS, &options, &place).await?;
    migrations::prepare(&migrations::POSTGRES, &writer, schema).await.map_err(|error| not_migrated(&place, error))?;
    let readers = connect(READERS, &options, &place).await?;
    Ok(Db { writer: Pool::Postgres(writer), readers: Pool::Postgres(readers) })
}

/// The migrations that the database has not had.
pub(super) async fn missing(url: &str) -> Result<Vec<i64>> {
    let (options, place) = read(url)?;
    let pool = connect(1, &options, &place).await?;
    migrations::missing(&migrations::POSTGRES, &pool).await.map_err(|error| not_migrated(&place, error))
}

/// How to reach the database, and how people are told of it.
fn read(url: &str) -> Result<(PgConnectOptions, String)> {
    let options =
        PgConnectOptions::from_str(url).map_err(|error| unusable("the address in setting database", error))?;
    let options = options.application_name("arcus").options(SESSION);
    let place = place(&options);
    Ok((options, place))
}

/// A connection is tried before it is used: the server may have been started anew since.
async fn connect(size: u32, options: &PgConnectOptions, place: &str) -> Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(size).acquire_timeout(CONNECTION_WITHIN).test_before_acquire(true);
    pool.connect_with(options.clone()).await.map_err(|error| unusable(place, error))
}

/// The database as people are told of it: without user and password.
fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or("of the user's name");
    format!("PostgreSQL's database {database} at {}", options.get_host())
}
