use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::model::{Error, Reason};

async fn open(directory: &Path) -> Result<Db> {
    Db::open(&Place::Directory(directory.to_owned()), Schema::Migrate).await
}

#[tokio::test]
async fn a_dropped_write_leaves_nothing_and_readers_see_only_commits() {
    let home = crate::control::testing::Home::new().await;
    let db = Db::open(&home.place(), Schema::Migrate).await.unwrap();
    let insert = "INSERT INTO roles (id, name) VALUES ($1, $2)";
    let count = || async { query_scalar::<i64>("SELECT count(*) FROM roles").fetch_one(db.read()).await };

    let mut tx = db.write().await.unwrap();
    query(insert).bind("1").bind("one").execute(&mut *tx).await.unwrap();
    drop(tx);
    let mut tx = db.write().await.unwrap();
    query(insert).bind("2").bind("two").execute(&mut *tx).await.unwrap();
    assert_eq!(count().await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(count().await.unwrap(), 1);
    let mut tx = db.snapshot().await.unwrap();
    assert!(query(insert).bind("3").bind("three").execute(&mut *tx).await.is_err(), "a snapshot cannot write");
}

#[tokio::test]
async fn writes_of_several_processes_follow_one_another() {
    let home = crate::control::testing::Home::new().await;
    let db = Db::open(&home.place(), Schema::Migrate).await.unwrap();
    let other = Db::open(&home.place(), Schema::Expect).await.unwrap();
    let add = async |db: &Db| {
        let mut tx = db.write().await.unwrap();
        let number: i64 = query_scalar("SELECT count(*) FROM roles").fetch_one(&mut *tx).await.unwrap();
        tokio::task::yield_now().await;
        let insert = query("INSERT INTO roles (id, name) VALUES ($1, $1)").bind(number.to_string());
        insert.execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    futures::future::join_all((0..20).map(|number| add(if number % 2 == 0 { &db } else { &other }))).await;
    let count: i64 = query_scalar("SELECT count(*) FROM roles").fetch_one(db.read()).await.unwrap();
    assert_eq!(count, 20);
}

#[tokio::test]
async fn a_commit_without_room_is_said_and_the_next_one_works() {
    let dir = tempfile::tempdir().unwrap();
    let db = open(dir.path()).await.unwrap();
    let Pool::Sqlite(writer) = &db.writer else { panic!("a directory holds SQLite") };
    let limit = async |pages: i64| {
        let mut connection = writer.acquire().await.unwrap();
        let pragma = format!("PRAGMA max_page_count = {pages}");
        sqlx::query(sqlx::AssertSqlSafe(pragma)).execute(&mut *connection).await.unwrap();
    };
    let fill = async || {
        let mut tx = db.write().await?;
        let name = "x".repeat(1 << 20);
        query("INSERT INTO roles (id, name) VALUES ('1', $1)").bind(name).execute(&mut *tx).await?;
        Ok::<_, Error>(tx.commit().await?)
    };
    limit(1).await;
    assert!(matches!(fill().await.unwrap_err().reason, Reason::DiskFull { .. }));
    limit(1 << 20).await;
    fill().await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_named() {
    let home = crate::control::testing::Home::new().await;
    let db = Db::open(&home.place(), Schema::Migrate).await.unwrap();
    let mut tx = db.write().await.unwrap();
    query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let refusal = Db::open(&home.place(), Schema::Migrate).await.unwrap_err();
    assert!(refusal.to_string().contains("a newer Arcus wrote"), "{refusal}");
    let refusal = Db::open(&home.place(), Schema::Expect).await.unwrap_err();
    assert!(refusal.to_string().contains("lacks migration 1"), "{refusal}");
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_named() {
    let refusal = open(Path::new("/nowhere/at/all")).await.unwrap_err();
    assert!(refusal.to_string().contains("/nowhere/at/all/arcus.db"), "{refusal}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let place = Place::Postgres("postgres://arcus:s3cret@127.0.0.1:1/arcus".into());
    let refusal = Db::open(&place, Schema::Expect).await.unwrap_err();
    assert!(refusal.to_string().contains("database arcus at 127.0.0.1"), "{refusal}");
    assert!(!refusal.to_string().contains("s3cret"), "{refusal}");
}

/// Table, column, whether it may be NULL, and whether it is part of the primary key.
type Shape = BTreeSet<(String, String, bool, bool)>;

async fn shape(db: &Db) -> Shape {
    const SQLITE: &str = "SELECT t.name, c.name, c.\"notnull\" = 0 AND c.pk = 0, c.pk > 0 \
        FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT GLOB '*sql[ix]*'";
    const POSTGRES: &str = "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), c.is_nullable = 'YES', \
        EXISTS (SELECT 1 FROM information_schema.table_constraints k \
            JOIN information_schema.key_column_usage u USING (constraint_schema, constraint_name) \
            WHERE k.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name AND u.column_name = c.column_name) \
        FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.table_name <> '_sqlx_migrations'";
    let sql = if db.is_shared() { POSTGRES } else { SQLITE };
    query_as::<(String, String, bool, bool)>(sql).fetch_all(db.read()).await.unwrap().into_iter().collect()
}

/// Names of indexes; those that come with keys have names of the database's own.
async fn indexes(db: &Db) -> BTreeSet<String> {
    const SQLITE: &str = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    const POSTGRES: &str = "SELECT CAST(indexname AS TEXT) FROM pg_indexes WHERE schemaname = current_schema() \
        AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key'";
    let sql = if db.is_shared() { POSTGRES } else { SQLITE };
    query_scalar::<String>(sql).fetch_all(db.read()).await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let dir = tempfile::tempdir().unwrap();
    let sqlite = open(dir.path()).await.unwrap();
    let home = crate::control::testing::Home::new().await;
    let other = Db::open(&home.place(), Schema::Migrate).await.unwrap();
    assert_eq!(shape(&sqlite).await, shape(&other).await);
    assert_eq!(indexes(&sqlite).await, indexes(&other).await);
    let numbers = |steps: &sqlx::migrate::Migrator| steps.iter().map(|step| step.version).collect::<Vec<_>>();
    assert_eq!(numbers(&migrations::SQLITE), numbers(&migrations::POSTGRES));
}

#[tokio::test]
async fn records_move_from_sqlite_to_an_empty_postgres_and_only_there() {
    let cloud = crate::control::testing::Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    cloud.heartbeat("host-1").await;
    let dir = tempfile::tempdir().unwrap();
    let file = open(dir.path()).await.unwrap();
    assert!(copy::records(&file, &file).await.unwrap_err().to_string().contains("PostgreSQL only"));
    if !cloud.services.shared.db.is_shared() {
        return;
    }
    let refusal = copy::records(&file, &cloud.services.shared.db).await.unwrap_err();
    assert!(refusal.to_string().contains("rows already"), "{refusal}");
    let copied = cloud.copy().await;
    assert_eq!(copied.records().await, cloud.records().await);
    assert!(copied.services.identity.validate(&ann.token).await.is_ok());
}

#[tokio::test]
async fn one_process_at_a_time_leads_and_the_next_takes_over() {
    let home = crate::control::testing::Home::new().await;
    let db = Db::open(&home.place(), Schema::Migrate).await.unwrap();
    let lead = db.lead().await.unwrap();
    if db.is_shared() {
        let other = Db::open(&home.place(), Schema::Expect).await.unwrap();
        let waiting = tokio::spawn(async move { other.lead().await.map(drop) });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!waiting.is_finished(), "two lead at once");
        drop(lead);
        waiting.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn what_one_process_says_others_hear() {
    let home = crate::control::testing::Home::new().await;
    let db = Db::open(&home.place(), Schema::Migrate).await.unwrap();
    let Some(mut notices) = db.notices().await.unwrap() else { return assert!(!db.is_shared()) };
    let other = Db::open(&home.place(), Schema::Expect).await.unwrap();
    other.announce("hello").await.unwrap();
    assert_eq!(notices.next().await.unwrap(), Notice::News("hello".into()));
    let mut tx = other.write().await.unwrap();
    let envelope = crate::bus::Envelope::new("req-1", &());
    let now = chrono::Utc::now();
    crate::control::store::outbox::insert(&mut tx, "scheduler", &envelope, now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(notices.next().await.unwrap(), Notice::Outbox);
}
