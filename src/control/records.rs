//! The records as a whole, for their operator: schema, and moving house.

use std::path::Path;

use super::store::db::{Db, Place, Schema, copy, missing_migrations};
use crate::model::{Reason, Result};

/// Brings the schema up to this version. `database` is as in the settings: empty for SQLite in the state directory.
///
/// # Errors
/// A sentence for the operator when it cannot be done.
pub async fn migrate(database: &str, state_dir: &Path) -> Result<()> {
    Db::open(&Place::of(database, state_dir), Schema::Migrate).await.map(drop)
}

/// The migrations that the database has not had.
///
/// # Errors
/// A sentence for the operator when it cannot be asked.
pub async fn missing(database: &str, state_dir: &Path) -> Result<Vec<i64>> {
    missing_migrations(&Place::of(database, state_dir)).await
}

/// Copies every record from SQLite into an empty PostgreSQL database; tells how many.
///
/// # Errors
/// A sentence for the operator when there is nothing to copy, or no empty place for it.
pub async fn copy(state_dir: &Path, database: &str) -> Result<u64> {
    let file = state_dir.join("arcus.db");
    if !file.exists() {
        let part = file.display().to_string();
        return Err(Reason::Unavailable { part, why: "there are no records to copy".into() }.into());
    }
    let from = Db::open(&Place::Directory(state_dir.to_owned()), Schema::Migrate).await?;
    let to = Db::open(&Place::Postgres(database.to_owned()), Schema::Migrate).await?;
    copy::records(&from, &to).await
}
