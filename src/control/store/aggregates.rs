//! Host aggregates, and which hosts are in them.

use std::collections::BTreeMap;

use sqlx::FromRow;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, or_taken};
use crate::control::policy::Grant;
use crate::model::aggregate::Aggregate;
use crate::model::{Noun, Reason, Result, Timestamp};

#[derive(FromRow)]
struct Row {
    id: i64,
    uuid: String,
    name: String,
    availability_zone: Option<String>,
    metadata: Json<BTreeMap<String, String>>,
    created_at: Timestamp,
    updated_at: Option<Timestamp>,
}

impl Row {
    fn with(self, hosts: Vec<String>) -> Aggregate {
        let Self { id, uuid, name, availability_zone, metadata, created_at, updated_at } = self;
        Aggregate { id, uuid, name, availability_zone, metadata: metadata.0, hosts, created_at, updated_at }
    }
}

/// Every one, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Aggregate>> {
    const SQL: &str = "SELECT id, uuid, name, availability_zone, metadata, created_at, updated_at FROM aggregates \
                       ORDER BY id";
    const HOSTS: &str = "SELECT aggregate_id, host FROM aggregate_hosts ORDER BY host";
    let rows: Vec<Row> = db::query_as(SQL).fetch_all(&mut **tx).await?;
    let pairs: Vec<(i64, String)> = db::query_as(HOSTS).fetch_all(&mut **tx).await?;
    let mut hosts: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (aggregate, host) in pairs {
        hosts.entry(aggregate).or_default().push(host);
    }
    let whole = |row: Row| {
        let hosts = hosts.remove(&row.id).unwrap_or_default();
        row.with(hosts)
    };
    Ok(rows.into_iter().map(whole).collect())
}

/// Writes a new one down and gives it its number.
///
/// # Errors
/// [`Reason::Duplicate`].
pub async fn insert(tx: &mut Tx, _: Grant, aggregate: &Aggregate) -> Result<i64> {
    const SQL: &str = "INSERT INTO aggregates (uuid, name, availability_zone, metadata, created_at) \
                       VALUES ($1, $2, $3, $4, $5) RETURNING id";
    let insert = db::query_scalar(SQL)
        .bind(&aggregate.uuid)
        .bind(&aggregate.name)
        .bind(&aggregate.availability_zone)
        .bind(Json(&aggregate.metadata))
        .bind(aggregate.created_at);
    insert.fetch_one(&mut **tx).await.map_err(|error| or_taken(error, || taken(&aggregate.name)))
}

/// Writes the new state of one, but for its hosts.
///
/// # Errors
/// [`Reason::Duplicate`].
pub async fn update(tx: &mut Tx, _: Grant, aggregate: &Aggregate) -> Result<()> {
    const SQL: &str = "UPDATE aggregates SET name = $2, availability_zone = $3, metadata = $4, updated_at = $5 \
                       WHERE id = $1";
    let update = db::query(SQL)
        .bind(aggregate.id)
        .bind(&aggregate.name)
        .bind(&aggregate.availability_zone)
        .bind(Json(&aggregate.metadata))
        .bind(aggregate.updated_at);
    update.execute(&mut **tx).await.map_err(|error| or_taken(error, || taken(&aggregate.name)))?;
    Ok(())
}

fn taken(name: &str) -> Reason {
    Reason::Duplicate { noun: Noun::Aggregate, name: name.to_owned() }
}

pub async fn delete(tx: &mut Tx, _: Grant, id: i64) -> Result<()> {
    db::query("DELETE FROM aggregates WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// False if there is no such host.
pub async fn add_host(tx: &mut Tx, _: Grant, id: i64, host: &str) -> Result<bool> {
    const SQL: &str = "INSERT INTO aggregate_hosts (aggregate_id, host) SELECT $1, name FROM hosts WHERE name = $2";
    Ok(db::query(SQL).bind(id).bind(host).execute(&mut **tx).await?.rows_affected() == 1)
}

/// False if it was not in the aggregate.
pub async fn remove_host(tx: &mut Tx, _: Grant, id: i64, host: &str) -> Result<bool> {
    const SQL: &str = "DELETE FROM aggregate_hosts WHERE aggregate_id = $1 AND host = $2";
    Ok(db::query(SQL).bind(id).bind(host).execute(&mut **tx).await?.rows_affected() == 1)
}
