//! Server groups, and which instances are in them.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::Tx;
use super::db::{self, Executor};
use crate::control::policy::Grant;
use crate::model::server_group::{Companions, Policy, ServerGroup};
use crate::model::{InstanceId, ProjectId, Result, ServerGroupId, Timestamp, UserId};

#[derive(FromRow)]
struct Row {
    id: ServerGroupId,
    project_id: ProjectId,
    user_id: UserId,
    name: String,
    policy: Policy,
    #[sqlx(try_from = "i64")]
    max_per_host: u32,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, project_id, user_id, name, policy, max_per_host FROM server_groups ", $rest)
    };
}

/// A project's, or everybody's, oldest first.
pub async fn list(tx: &mut Tx, project: Option<&ProjectId>) -> Result<Vec<ServerGroup>> {
    const SQL: &str = select!("WHERE $1 IS NULL OR project_id = $1 ORDER BY seq");
    const MEMBERS: &str = "SELECT server_group_id, id FROM instances \
        WHERE server_group_id IS NOT NULL AND deleted_at IS NULL AND ($1 IS NULL OR project_id = $1) ORDER BY seq";
    let rows: Vec<Row> = db::query_as(SQL).bind(project).fetch_all(&mut **tx).await?;
    let pairs: Vec<(ServerGroupId, InstanceId)> = db::query_as(MEMBERS).bind(project).fetch_all(&mut **tx).await?;
    let mut members: BTreeMap<ServerGroupId, Vec<InstanceId>> = BTreeMap::new();
    for (group, instance) in pairs {
        members.entry(group).or_default().push(instance);
    }
    let whole = |row: Row| {
        let members = members.remove(&row.id).unwrap_or_default();
        row.with(members)
    };
    Ok(rows.into_iter().map(whole).collect())
}

/// The group of that id.
pub async fn find(tx: &mut Tx, id: &ServerGroupId) -> Result<Option<ServerGroup>> {
    const SQL: &str = select!("WHERE id = $1");
    const MEMBERS: &str = "SELECT id FROM instances WHERE server_group_id = $1 AND deleted_at IS NULL ORDER BY seq";
    let Some(row) = db::query_as::<Row>(SQL).bind(id).fetch_optional(&mut **tx).await? else { return Ok(None) };
    Ok(Some(row.with(db::query_scalar(MEMBERS).bind(id).fetch_all(&mut **tx).await?)))
}

/// Writes a new group down.
pub async fn insert(tx: &mut Tx, _: Grant, group: &ServerGroup, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO server_groups (id, project_id, user_id, name, policy, max_per_host, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let insert = db::query(SQL)
        .bind(&group.id)
        .bind(&group.project_id)
        .bind(&group.user_id)
        .bind(&group.name)
        .bind(group.policy)
        .bind(i64::from(group.max_per_host))
        .bind(now);
    insert.execute(&mut **tx).await?;
    Ok(())
}

/// Deletes a group; its instances stay where they are.
pub async fn delete(tx: &mut Tx, _: Grant, id: &ServerGroupId) -> Result<()> {
    db::query("DELETE FROM server_groups WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// Where the others of an instance's group are; none if it is in no group.
pub async fn companions(on: impl Executor<'_>, id: &InstanceId) -> Result<Option<Companions>> {
    others(on, None, Some(id)).await
}

/// Where all of a group are, for one that might join; none if there is no such group.
pub async fn companions_in(on: impl Executor<'_>, group: &ServerGroupId) -> Result<Option<Companions>> {
    others(on, Some(group), None).await
}

/// Those of a group, or of an instance's group but that instance.
async fn others(
    on: impl Executor<'_>,
    group: Option<&ServerGroupId>,
    but: Option<&InstanceId>,
) -> Result<Option<Companions>> {
    const SQL: &str = "SELECT g.policy, g.max_per_host, other.host, count(other.id) FROM server_groups g \
        LEFT JOIN instances other ON other.server_group_id = g.id AND ($2 IS NULL OR other.id <> $2) \
        AND other.deleted_at IS NULL AND other.host IS NOT NULL \
        WHERE g.id = coalesce($1, (SELECT server_group_id FROM instances WHERE id = $2)) \
        GROUP BY g.id, g.policy, g.max_per_host, other.host";
    let rows: Vec<(Policy, i64, Option<String>, i64)> = db::query_as(SQL).bind(group).bind(but).fetch_all(on).await?;
    let Some((policy, max_per_host, ..)) = rows.first() else { return Ok(None) };
    let (policy, max_per_host) = (*policy, small(*max_per_host));
    let on = rows.into_iter().filter_map(|(_, _, host, count)| Some((host?, small(count)))).collect();
    Ok(Some(Companions { policy, max_per_host, on }))
}

/// Counts of instances are far below the largest number.
fn small(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Row {
    fn with(self, members: Vec<InstanceId>) -> ServerGroup {
        let Self { id, project_id, user_id, name, policy, max_per_host } = self;
        ServerGroup { id, project_id, user_id, name, policy, max_per_host, members }
    }
}
