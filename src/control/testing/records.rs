//! The records as a whole: looked at, and copied.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use sqlx::AssertSqlSafe;

use super::{Cloud, ManualClock, open};
use crate::control::Clock as _;
use crate::control::store::db::{self, Connection};

impl Cloud {
    /// The same cloud once more, in a home of its own: what happens to either is nothing to the other.
    pub async fn copy(&self) -> Self {
        let home = self.home.copy(&self.services.shared.db).await;
        let clock = Arc::new(ManualClock(Mutex::new(self.clock.now())));
        let services = open(&home, clock.clone()).await;
        Self { services, clock, home }
    }

    /// Every row of every table, with its values as SQL writes them.
    pub async fn records(&self) -> BTreeSet<String> {
        // Without those of SQLite and of the migrations.
        const SQLITE: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*sql[ix]*'";
        const POSTGRES: &str = "SELECT CAST(tablename AS TEXT) FROM pg_tables \
            WHERE schemaname = current_schema() AND tablename <> '_sqlx_migrations'";
        let mut tx = self.services.shared.db.snapshot().await.unwrap();
        let on_sqlite = matches!(*tx, Connection::Sqlite(_));
        let tables = db::query_scalar(if on_sqlite { SQLITE } else { POSTGRES });
        let tables: Vec<String> = tables.fetch_all(&mut *tx).await.unwrap();
        let mut records = BTreeSet::new();
        for table in tables {
            let row = if on_sqlite { columns(&mut tx, &table).await } else { "CAST(to_jsonb(t) AS TEXT)".to_owned() };
            let rows = db::query_scalar(AssertSqlSafe(format!("SELECT '{table}: ' || {row} FROM \"{table}\" t")));
            let rows: Vec<String> = rows.fetch_all(&mut *tx).await.unwrap();
            records.extend(rows);
        }
        records
    }
}

/// A row of SQLite's table as text.
async fn columns(tx: &mut db::Tx, table: &str) -> String {
    let columns = db::query_scalar("SELECT name FROM pragma_table_info($1)").bind(table.to_owned());
    let columns: Vec<String> = columns.fetch_all(&mut **tx).await.unwrap();
    let values: Vec<String> = columns.iter().map(|name| format!("'{name}=' || quote(\"{name}\")")).collect();
    values.join(" || ', ' || ")
}
