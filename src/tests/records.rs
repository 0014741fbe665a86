//! The records of a running Arcus, read beside it.

use std::path::Path;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

/// A connection for reading.
pub enum Records {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Records {
    pub async fn on_sqlite(file: &Path) -> Self {
        Self::Sqlite(SqliteConnectOptions::new().filename(file).read_only(true).connect().await.expect("the records"))
    }

    pub async fn on_postgres(address: &str) -> Self {
        let options: PgConnectOptions = address.parse().expect("the address of a database");
        Self::Postgres(options.connect().await.expect("the records"))
    }

    /// The first column of each row, a number; `$1` is `about`.
    pub async fn numbers(&mut self, sql: &'static str, about: Option<&str>) -> Vec<i64> {
        match self {
            Self::Sqlite(connection) => {
                let query = about.into_iter().fold(sqlx::query(sql), |query, about| query.bind(about.to_owned()));
                let rows = query.fetch_all(connection).await.expect(sql);
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::Postgres(connection) => {
                let query = about.into_iter().fold(sqlx::query(sql), |query, about| query.bind(about.to_owned()));
                let rows = query.fetch_all(connection).await.expect(sql);
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// Every row, its columns all text.
    pub async fn rows(&mut self, sql: &'static str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(connection) => {
                let rows = sqlx::query(sql).fetch_all(connection).await.expect(sql);
                rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
            }
            Self::Postgres(connection) => {
                let rows = sqlx::query(sql).fetch_all(connection).await.expect(sql);
                rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
            }
        }
    }
}
