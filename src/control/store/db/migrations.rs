//! The steps that make and change the schema, the same numbers with the same meaning for both databases.

use sqlx::Pool;
use sqlx::migrate::{Migrate, MigrateError, Migrator};

use super::Schema;

pub(super) static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
pub(super) static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Brings the schema up to date, or sees to it that it is.
///
/// A schema may be newer than a process that only expects it: while machines are upgraded one after the other, what is
/// new has only been added (docs/deploy.md, "Upgrades").
pub(super) async fn prepare<DB>(steps: &Migrator, pool: &Pool<DB>, schema: Schema) -> Result<(), MigrateError>
where
    DB: sqlx::Database<Connection: Migrate>,
{
    match schema {
        Schema::Migrate => steps.run(pool).await,
        Schema::Expect => match missing(steps, pool).await?.first() {
            Some(version) => Err(MigrateError::VersionNotPresent(*version)),
            None => Ok(()),
        },
    }
}

/// The steps that the database has not taken.
pub(super) async fn missing<DB>(steps: &Migrator, pool: &Pool<DB>) -> Result<Vec<i64>, MigrateError>
where
    DB: sqlx::Database<Connection: Migrate>,
{
    let mut connection = pool.acquire().await?;
    connection.ensure_migrations_table(&steps.table_name).await?;
    let applied = connection.list_applied_migrations(&steps.table_name).await?;
    let is_applied = |version| applied.iter().any(|step| step.version == version);
    Ok(steps.iter().map(|step| step.version).filter(|version| !is_applied(*version)).collect())
}
