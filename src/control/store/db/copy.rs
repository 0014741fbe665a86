//! Every record of one database into another, empty one: from SQLite to PostgreSQL, when one machine is outgrown.

use sqlx::AssertSqlSafe;
use sqlx::types::Json;

use super::{Connection, Db, Tx, query, query_as, query_scalar};
use crate::model::{Error, Reason, Result};

/// How many rows travel at once.
const CHUNK: i64 = 500;

/// A column as PostgreSQL declares it.
struct Column {
    name: String,
    kind: String,
}

/// Copies all rows, in one transaction; tells how many there were.
///
/// # Errors
/// When `to` is not PostgreSQL or holds records already, and as every statement.
pub async fn records(from: &Db, to: &Db) -> Result<u64> {
    let mut source = from.snapshot().await?;
    let mut target = to.write().await?;
    if matches!(*target, Connection::Sqlite(_)) {
        return Err(
            Reason::Unavailable { part: "SQLite".into(), why: "records are copied to PostgreSQL only".into() }.into()
        );
    }
    let mut copied = 0;
    for table in tables(&mut target).await? {
        copied += copy(&mut source, &mut target, &table).await?;
    }
    target.commit().await?;
    Ok(copied)
}

/// The tables, each after those that it refers to.
async fn tables(target: &mut Tx) -> Result<Vec<String>> {
    const TABLES: &str = "SELECT CAST(relname AS TEXT) FROM pg_class \
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> '_sqlx_migrations' ORDER BY 1";
    const REFERENCES: &str = "SELECT CAST(conrelid::regclass AS TEXT), CAST(confrelid::regclass AS TEXT) \
        FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid";
    let mut waiting: Vec<String> = query_scalar(TABLES).fetch_all(&mut **target).await?;
    let references: Vec<(String, String)> = query_as(REFERENCES).fetch_all(&mut **target).await?;
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let (ready, rest): (Vec<_>, Vec<_>) = waiting
            .iter()
            .cloned()
            .partition(|table| references.iter().all(|(from, to)| from != table || !waiting.contains(to)));
        if ready.is_empty() {
            return Err(Error::internal(std::io::Error::other(format!("{rest:?} refer to each other in a circle"))));
        }
        ordered.extend(ready);
        waiting = rest;
    }
    Ok(ordered)
}

async fn columns(target: &mut Tx, table: &str) -> Result<Vec<Column>> {
    const COLUMNS: &str = "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT) FROM information_schema.columns \
        WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position";
    let rows: Vec<(String, String)> = query_as(COLUMNS).bind(table).fetch_all(&mut **target).await?;
    Ok(rows.into_iter().map(|(name, kind)| Column { name, kind }).collect())
}

async fn copy(source: &mut Tx, target: &mut Tx, table: &str) -> Result<u64> {
    let held: i64 =
        query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table}"))).fetch_one(&mut **target).await?;
    if held > 0 {
        let why =
            format!("table {table} there holds {held} rows already; records are copied into an empty database only");
        return Err(Reason::Unavailable { part: "The database to copy to".into(), why }.into());
    }
    let columns = columns(target, table).await?;
    let read = reading(source, table, &columns);
    let write = format!("INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1)");
    let mut copied = 0;
    loop {
        let rows: Vec<Json<serde_json::Value>> = query_scalar(AssertSqlSafe(read.clone()))
            .bind(CHUNK)
            .bind(i64::try_from(copied).unwrap_or(i64::MAX))
            .fetch_all(&mut **source)
            .await?;
        if rows.is_empty() {
            break;
        }
        copied += rows.len() as u64;
        query(AssertSqlSafe(write.clone())).bind(Json(rows)).execute(&mut **target).await?;
    }
    for column in
        columns.iter().filter(|column| column.name == "seq" || (column.name == "id" && column.kind == "bigint"))
    {
        let name = &column.name;
        let next = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{name}'), greatest((SELECT max({name}) FROM {table}), 1), \
             (SELECT count(*) > 0 FROM {table}))"
        );
        query(AssertSqlSafe(next)).execute(&mut **target).await?;
    }
    Ok(copied)
}

/// One page of a table's rows, each as a JSON object.
fn reading(source: &Tx, table: &str, columns: &[Column]) -> String {
    let row = match **source {
        Connection::Postgres(_) => "to_jsonb(t)".to_owned(),
        Connection::Sqlite(_) => {
            let member = |Column { name, kind }: &Column| match kind.as_str() {
                "jsonb" => format!("'{name}', json({name})"),
                "boolean" => format!("'{name}', json(CASE {name} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END)"),
                _ => format!("'{name}', {name}"),
            };
            format!("json_object({})", columns.iter().map(member).collect::<Vec<_>>().join(", "))
        }
    };
    format!("SELECT {row} FROM {table} t ORDER BY 1 LIMIT $1 OFFSET $2")
}
