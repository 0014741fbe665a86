//! The records as a whole: looked at, and copied.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use sqlx::AssertSqlSafe;

use super::{Cloud, ManualClock, open};
use crate::control::Clock as _;

impl Cloud {
    /// The same cloud once more, in a directory of its own: what happens to either is nothing to the other.
    pub async fn copy(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy_files(self.dir.path(), dir.path());
        let clock = Arc::new(ManualClock(Mutex::new(self.clock.now())));
        let services = open(&dir, clock.clone()).await;
        Self { services, clock, dir }
    }

    /// Every row of every table, with its values as SQL writes them.
    pub async fn records(&self) -> BTreeSet<String> {
        // Without those of SQLite and of the migrations.
        const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '*sql[ix]*'";
        let mut tx = self.services.shared.db.snapshot().await.unwrap();
        let tables: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut *tx).await.unwrap();
        let mut records = BTreeSet::new();
        for table in tables {
            let columns = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)").bind(&table);
            let columns: Vec<String> = columns.fetch_all(&mut *tx).await.unwrap();
            let values: Vec<String> = columns.iter().map(|name| format!("'{name}=' || quote(\"{name}\")")).collect();
            let rows = format!("SELECT '{table}: ' || {} FROM \"{table}\"", values.join(" || ', ' || "));
            let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut *tx).await.unwrap();
            records.extend(rows);
        }
        records
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&to).unwrap();
            copy_files(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
        }
    }
}
