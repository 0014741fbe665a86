//! `arcus db`: the records' schema, and their way from SQLite to PostgreSQL.

use anyhow::bail;
use clap::Subcommand;

use crate::config::Config;
use crate::control::records;

/// What can be done with the database.
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Bring the schema up to this version. Run it once before the first start, and before each upgrade.
    Migrate,
    /// Say whether the schema is up to date.
    Status,
    /// Copy every record from SQLite in the state directory into the empty PostgreSQL database of setting `database`.
    Copy,
}

/// Runs one of them.
///
/// # Errors
/// When a database cannot be used.
pub async fn run(config: &Config, command: DbCommand) -> anyhow::Result<()> {
    match command {
        DbCommand::Migrate => {
            records::migrate(&config.database, &config.state_dir).await?;
            println!("The schema is up to date.");
        }
        DbCommand::Status => {
            let missing = records::missing(&config.database, &config.state_dir).await?;
            if missing.is_empty() {
                println!("The schema is up to date.");
            } else {
                let missing = missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                bail!("migrations {missing} are missing: run `arcus db migrate`");
            }
        }
        DbCommand::Copy => {
            if config.database.is_empty() {
                bail!("database is not set: name the PostgreSQL database to copy to");
            }
            let _alone = super::state_dir::take(&config.state_dir, super::state_dir::Use::Alone)?;
            let copied = records::copy(&config.state_dir, &config.database).await?;
            println!(
                "{copied} records copied. Images and keys stay where they are, in {}.",
                config.state_dir.display()
            );
        }
    }
    Ok(())
}
