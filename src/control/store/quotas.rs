//! Limits of projects, and what counts against them.

use super::Tx;
use super::db::{self, Executor};
use crate::control::policy::Grant;
use crate::model::quota::{Resource, Usage};
use crate::model::server_group::ServerGroup;
use crate::model::{ProjectId, Result, UserId};

const LIMIT: &str = "SELECT limit_value FROM quotas WHERE project_id = $1 AND resource = $2";
const SET: &str = "
    INSERT INTO quotas (project_id, resource, limit_value) VALUES ($1, $2, $3)
    ON CONFLICT (project_id, resource) DO UPDATE SET limit_value = excluded.limit_value";
const FORGET: &str = "DELETE FROM quotas WHERE project_id = $1 AND resource = $2";
const KEY_PAIRS: &str = "SELECT count(*) FROM keypairs WHERE user_id = $1";

/// What a project uses. Ports that serve the network itself are not what anybody asked for.
const fn used(resource: Resource) -> &'static str {
    match resource {
        Resource::Instances => "SELECT count(*) FROM instances WHERE project_id = $1 AND deleted_at IS NULL",
        Resource::Cores => {
            "SELECT CAST(coalesce(sum(CAST(flavor ->> 'vcpus' AS BIGINT)), 0) AS BIGINT) FROM instances
             WHERE project_id = $1 AND deleted_at IS NULL"
        }
        Resource::Ram => {
            "SELECT CAST(coalesce(sum(CAST(flavor ->> 'ram_mb' AS BIGINT)), 0) AS BIGINT) FROM instances
             WHERE project_id = $1 AND deleted_at IS NULL"
        }
        Resource::Networks => "SELECT count(*) FROM networks WHERE project_id = $1",
        Resource::Subnets => "SELECT count(*) FROM subnets WHERE project_id = $1",
        Resource::Ports => "SELECT count(*) FROM ports WHERE project_id = $1 AND device_owner NOT LIKE 'network:%'",
        Resource::SecurityGroups => "SELECT count(*) FROM security_groups WHERE project_id = $1",
        Resource::SecurityGroupRules => {
            "SELECT count(*) FROM security_group_rules r JOIN security_groups g ON g.id = r.security_group_id
             WHERE g.project_id = $1"
        }
        Resource::Routers => "SELECT count(*) FROM routers WHERE project_id = $1",
        Resource::FloatingIps => "SELECT count(*) FROM floating_ips WHERE project_id = $1",
        Resource::ServerGroups => "SELECT count(*) FROM server_groups WHERE project_id = $1",
        // Each group has its own (see `server_group_members`), and so has each volume.
        Resource::ServerGroupMembers | Resource::PerVolumeGigabytes => "SELECT CAST(0 AS BIGINT) WHERE $1 IS NOT NULL",
        Resource::Volumes => "SELECT count(*) FROM volumes WHERE project_id = $1",
        Resource::Snapshots => "SELECT count(*) FROM volume_snapshots WHERE project_id = $1",
        // As Cinder, which counts what snapshots may come to hold.
        Resource::Gigabytes => {
            "SELECT CAST(coalesce(sum(size_gb), 0) AS BIGINT) FROM
             (SELECT size_gb FROM volumes WHERE project_id = $1
              UNION ALL SELECT size_gb FROM volume_snapshots WHERE project_id = $1) AS held"
        }
        Resource::KeyPairs => KEY_PAIRS,
    }
}

/// Use and limit of one resource in a project; what is read in a [`Tx`] holds until it ends. Key pairs belong to
/// people, not to projects: see [`key_pairs`].
pub async fn usage(tx: &mut Tx, project: &ProjectId, resource: Resource) -> Result<Usage> {
    let used = db::query_scalar(used(resource)).bind(project).fetch_one(&mut **tx).await?;
    let limit = db::query_scalar(LIMIT).bind(project).bind(resource).fetch_optional(&mut **tx).await?;
    Ok(Usage { resource, used, limit: limit.unwrap_or(resource.default_limit()) })
}

/// How many key pairs a person has, against the one limit for everybody.
pub async fn key_pairs(on: impl Executor<'_>, user: &UserId) -> Result<Usage> {
    let used = db::query_scalar(KEY_PAIRS).bind(user).fetch_one(on).await?;
    Ok(Usage { resource: Resource::KeyPairs, used, limit: Resource::KeyPairs.default_limit() })
}

/// How many instances are in a group, against its project's limit for each.
pub async fn server_group_members(tx: &mut Tx, group: &ServerGroup) -> Result<Usage> {
    let usage = usage(tx, &group.project_id, Resource::ServerGroupMembers).await?;
    Ok(Usage { used: i64::try_from(group.members.len()).unwrap_or(i64::MAX), ..usage })
}

pub async fn set(tx: &mut Tx, _: Grant, project: &ProjectId, resource: Resource, limit: i64) -> Result<()> {
    db::query(SET).bind(project).bind(resource).bind(limit).execute(&mut **tx).await?;
    Ok(())
}

pub async fn forget(tx: &mut Tx, _: Grant, project: &ProjectId, resource: Resource) -> Result<()> {
    db::query(FORGET).bind(project).bind(resource).execute(&mut **tx).await?;
    Ok(())
}
