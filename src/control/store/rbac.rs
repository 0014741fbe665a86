//! Which other projects may use a network as if it were shared.

use std::collections::HashMap;

use sqlx::FromRow;

use super::Tx;
use super::db::{self, Connection, Executor, or_taken};
use crate::control::policy::Grant;
use crate::model::network::RbacPolicy;
use crate::model::{NetworkId, Noun, ProjectId, RbacPolicyId, Reason, Result};

#[derive(FromRow)]
struct Row {
    id: RbacPolicyId,
    network_id: NetworkId,
    project_id: ProjectId,
    target_project: ProjectId,
}

impl From<Row> for RbacPolicy {
    fn from(row: Row) -> Self {
        Self { id: row.id, network_id: row.network_id, project_id: row.project_id, target: Some(row.target_project) }
    }
}

const VISIBLE: &str = "
    SELECT id, network_id, project_id, target_project FROM rbac_policies
    WHERE $1 OR project_id = $2 OR target_project = $2 ORDER BY id";
const TARGETS: &str = "SELECT network_id, target_project FROM rbac_policies ORDER BY target_project";
const TARGETS_OF: &str = "SELECT target_project FROM rbac_policies WHERE network_id = $1 ORDER BY target_project";
const INSERT: &str = "INSERT INTO rbac_policies (id, network_id, project_id, target_project) VALUES ($1, $2, $3, $4)";
const DELETE: &str = "DELETE FROM rbac_policies WHERE id = $1";

/// Those of a project and those for it, or `all`.
pub async fn visible(on: impl Executor<'_>, project: &ProjectId, all: bool) -> Result<Vec<RbacPolicy>> {
    let rows: Vec<Row> = db::query_as(VISIBLE).bind(all).bind(project).fetch_all(on).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The projects with which each network is shared.
pub async fn targets(db: &mut Connection) -> Result<HashMap<NetworkId, Vec<ProjectId>>> {
    let rows: Vec<(NetworkId, ProjectId)> = db::query_as(TARGETS).fetch_all(db).await?;
    let mut by_network: HashMap<_, Vec<_>> = HashMap::new();
    for (network, target) in rows {
        by_network.entry(network).or_default().push(target);
    }
    Ok(by_network)
}

/// The projects with which one network is shared.
pub async fn targets_of(on: impl Executor<'_>, network: &NetworkId) -> Result<Vec<ProjectId>> {
    Ok(db::query_scalar(TARGETS_OF).bind(network).fetch_all(on).await?)
}

/// # Errors
/// `Duplicate` when the network is shared with that project already.
pub async fn insert(tx: &mut Tx, _: Grant, policy: &RbacPolicy, target: &ProjectId) -> Result<()> {
    let insert = db::query(INSERT).bind(&policy.id).bind(&policy.network_id).bind(&policy.project_id).bind(target);
    let taken = || Reason::Duplicate { noun: Noun::RbacPolicy, name: target.to_string() };
    insert.execute(&mut **tx).await.map_err(|error| or_taken(error, taken))?;
    Ok(())
}

pub async fn delete(tx: &mut Tx, _: Grant, id: &RbacPolicyId) -> Result<()> {
    db::query(DELETE).bind(id).execute(&mut **tx).await?;
    Ok(())
}
