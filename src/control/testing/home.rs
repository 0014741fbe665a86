//! Where a test keeps its state: a directory, and with `ARCUS_TEST_DATABASE` set a PostgreSQL database of its own.

use std::fs;
use std::path::Path;

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::control::store::db::{Db, Place, Schema, copy};

/// A database with every migration, from which new ones are copied.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

pub struct Home {
    pub dir: tempfile::TempDir,
    /// The database's name, on PostgreSQL.
    name: Option<String>,
}

/// The server that tests may make databases on, such as `postgres://postgres@127.0.0.1:5433/postgres`.
fn server() -> Option<PgConnectOptions> {
    std::env::var("ARCUS_TEST_DATABASE").ok().map(|url| url.parse().expect("ARCUS_TEST_DATABASE is an address"))
}

async fn order(sql: String) {
    let mut connection: PgConnection = server().expect("a server").connect().await.expect("PostgreSQL answers");
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.expect("an administrator's rights");
    connection.close().await.expect("a quiet end");
}

fn url(name: &str) -> String {
    server().expect("a server").database(name).to_url_lossy().to_string()
}

impl Home {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        if server().is_none() {
            return Self { dir, name: None };
        }
        let template = TEMPLATE.get_or_init(make_template).await;
        let name = format!("arcus_test_{}", Uuid::new_v4().simple());
        order(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { dir, name: Some(name) }
    }

    /// What setting `database` would say.
    pub fn database(&self) -> String {
        self.name.as_deref().map(url).unwrap_or_default()
    }

    /// Where the records are when there is nothing but a database.
    pub fn place(&self) -> Place {
        Place::of(&self.database(), self.dir.path())
    }

    /// Another home with the same files and the same records as `db`, which is this one's.
    pub async fn copy(&self, db: &Db) -> Self {
        let home = Self::new().await;
        copy_files(self.dir.path(), home.dir.path());
        if home.name.is_some() {
            let empty = Db::open(&home.place(), Schema::Expect).await.unwrap();
            copy::records(db, &empty).await.unwrap();
        }
        home
    }
}

async fn make_template() -> String {
    let name = format!("arcus_template_{}", Uuid::new_v4().simple());
    order(format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")).await;
    drop(Db::open(&Place::Postgres(url(&name)), Schema::Migrate).await.unwrap());
    // Nobody else may be connected to what is copied; that is ended here, not whenever the pools get around to it.
    order(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await;
    name
}

impl Drop for Home {
    fn drop(&mut self) {
        let Some(name) = self.name.take() else { return };
        // The test's own runtime is ending.
        let end = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(order(format!("DROP DATABASE {name} WITH (FORCE)")));
        };
        let _ = std::thread::spawn(end).join();
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
