//! Security groups with their rules.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::Tx;
use super::db::{self, Executor, or_taken};
use crate::control::policy::Grant;
use crate::model::network::Standard;
use crate::model::security_group::{Direction, Ethertype, SecurityGroup, SecurityGroupRule};
use crate::model::{Noun, ProjectId, Reason, Result, SecurityGroupId, SecurityGroupRuleId, Timestamp};

/// The group that every project has.
pub const DEFAULT: &str = "default";

#[derive(FromRow)]
struct Row {
    id: SecurityGroupId,
    project_id: ProjectId,
    name: String,
    description: String,
    #[sqlx(flatten)]
    standard: Standard,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(FromRow)]
struct RuleRow {
    id: SecurityGroupRuleId,
    security_group_id: SecurityGroupId,
    direction: Direction,
    ethertype: Ethertype,
    protocol: Option<String>,
    port_min: Option<i64>,
    port_max: Option<i64>,
    remote_ip_prefix: Option<String>,
    remote_group_id: Option<SecurityGroupId>,
    description: String,
    created_at: Timestamp,
}

impl Row {
    fn with(self, rules: Vec<SecurityGroupRule>) -> SecurityGroup {
        let Self { id, project_id, name, description, standard, created_at, updated_at } = self;
        SecurityGroup { id, project_id, name, description, rules, standard, created_at, updated_at }
    }
}

impl From<RuleRow> for SecurityGroupRule {
    fn from(row: RuleRow) -> Self {
        let RuleRow { id, security_group_id, direction, ethertype, protocol, port_min, port_max, .. } = row;
        let RuleRow { remote_ip_prefix, remote_group_id, description, created_at, .. } = row;
        Self {
            id,
            security_group_id,
            direction,
            ethertype,
            protocol,
            port_min,
            port_max,
            remote_ip_prefix,
            remote_group_id,
            description,
            created_at,
        }
    }
}

/// The groups of a project with their rules, by name.
pub async fn list(tx: &mut Tx, project: &ProjectId) -> Result<Vec<SecurityGroup>> {
    visible(tx, project, false).await
}

/// The same, or `all` there are.
pub async fn visible(tx: &mut Tx, project: &ProjectId, all: bool) -> Result<Vec<SecurityGroup>> {
    const GROUPS: &str = "SELECT * FROM security_groups WHERE $2 OR project_id = $1 ORDER BY name, created_at";
    const RULES: &str = "SELECT r.* FROM security_group_rules r JOIN security_groups g ON g.id = r.security_group_id \
                         WHERE $2 OR g.project_id = $1 ORDER BY r.created_at, r.id";
    let groups: Vec<Row> = db::query_as(GROUPS).bind(project).bind(all).fetch_all(&mut **tx).await?;
    let rules: Vec<RuleRow> = db::query_as(RULES).bind(project).bind(all).fetch_all(&mut **tx).await?;
    let mut by_group: BTreeMap<SecurityGroupId, Vec<SecurityGroupRule>> = BTreeMap::new();
    for rule in rules {
        by_group.entry(rule.security_group_id.clone()).or_default().push(rule.into());
    }
    Ok(groups
        .into_iter()
        .map(|group| {
            let rules = by_group.remove(&group.id).unwrap_or_default();
            group.with(rules)
        })
        .collect())
}

/// The group of that id with its rules, whoever owns it.
pub async fn find(tx: &mut Tx, id: &SecurityGroupId) -> Result<Option<SecurityGroup>> {
    const GROUP: &str = "SELECT * FROM security_groups WHERE id = $1";
    const RULES: &str = "SELECT * FROM security_group_rules WHERE security_group_id = $1 ORDER BY created_at, id";
    let Some(group) = db::query_as::<Row>(GROUP).bind(id).fetch_optional(&mut **tx).await? else {
        return Ok(None);
    };
    let rules: Vec<RuleRow> = db::query_as(RULES).bind(id).fetch_all(&mut **tx).await?;
    Ok(Some(group.with(rules.into_iter().map(SecurityGroupRule::from).collect())))
}

/// The rules of every group that a port of an instance on the host is in.
pub async fn rules_at(on: impl Executor<'_>, host: &str) -> Result<Vec<SecurityGroupRule>> {
    const RULES: &str = "SELECT * FROM security_group_rules WHERE security_group_id IN \
            (SELECT g.security_group_id FROM port_security_groups g JOIN ports p ON p.id = g.port_id \
             WHERE p.host = $1 AND p.device_owner LIKE 'compute:%') ORDER BY created_at, id";
    let rules: Vec<RuleRow> = db::query_as(RULES).bind(host).fetch_all(on).await?;
    Ok(rules.into_iter().map(SecurityGroupRule::from).collect())
}

/// The project's group `default`; made with Neutron's four rules when there is none yet.
pub async fn default_of(tx: &mut Tx, project: &ProjectId, now: Timestamp) -> Result<SecurityGroupId> {
    const SQL: &str = "SELECT id FROM security_groups WHERE project_id = $1 AND name = $2";
    let found = db::query_scalar(SQL).bind(project).bind(DEFAULT).fetch_optional(&mut **tx).await?;
    if let Some(id) = found {
        return Ok(id);
    }
    let group = fresh(project, DEFAULT, "Default security group", now);
    insert_group(tx, &group).await?;
    for rule in egress(&group.id, now) {
        insert_rule(tx, &rule).await?;
    }
    for ethertype in [Ethertype::IPv4, Ethertype::IPv6] {
        let members = SecurityGroupRule {
            direction: Direction::Ingress,
            remote_group_id: Some(group.id.clone()),
            ..any(&group.id, ethertype, now)
        };
        insert_rule(tx, &members).await?;
    }
    Ok(group.id)
}

/// Writes a new group, which lets everything out, as Neutron's do.
pub async fn insert(
    tx: &mut Tx,
    _: Grant,
    project: &ProjectId,
    name: &str,
    description: &str,
    now: Timestamp,
) -> Result<SecurityGroup> {
    let group = fresh(project, name, description, now);
    insert_group(tx, &group).await?;
    let rules = egress(&group.id, now).to_vec();
    for rule in &rules {
        insert_rule(tx, rule).await?;
    }
    Ok(SecurityGroup { rules, ..group })
}

/// Renames or describes a group.
pub async fn update(tx: &mut Tx, _: Grant, group: &SecurityGroup) -> Result<()> {
    const SQL: &str = "UPDATE security_groups SET name = $2, description = $3, updated_at = $4, \
                           revision = revision + 1 WHERE id = $1";
    let update = db::query(SQL).bind(&group.id).bind(&group.name).bind(&group.description).bind(group.updated_at);
    match update.execute(&mut **tx).await {
        Ok(_) => Ok(()),
        Err(error) => Err(or_taken(error, || taken(&group.name))),
    }
}

/// Deletes a group with its rules.
pub async fn delete(tx: &mut Tx, _: Grant, id: &SecurityGroupId) -> Result<()> {
    db::query("DELETE FROM security_groups WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// What uses a group: the name of an instance, the id of a port, or another group whose rule names it.
pub async fn used_by(on: impl Executor<'_>, id: &SecurityGroupId) -> Result<Option<String>> {
    const SQL: &str = "SELECT holder FROM ( \
            SELECT 1 AS rank, 'instance ' || i.name AS holder FROM instances i, json_each(i.security_groups) j \
                WHERE j.value = $1 AND i.deleted_at IS NULL \
            UNION ALL SELECT 2, 'port ' || port_id FROM port_security_groups WHERE security_group_id = $1 \
            UNION ALL SELECT 3, 'a rule of security group ' || security_group_id FROM security_group_rules \
                WHERE remote_group_id = $1 AND security_group_id <> $1 \
        ) AS holders ORDER BY rank LIMIT 1";
    Ok(db::query_scalar(SQL).bind(id).fetch_optional(on).await?)
}

/// The group that a rule belongs to.
pub async fn group_of_rule(on: impl Executor<'_>, id: &SecurityGroupRuleId) -> Result<Option<SecurityGroupId>> {
    const SQL: &str = "SELECT security_group_id FROM security_group_rules WHERE id = $1";
    Ok(db::query_scalar(SQL).bind(id).fetch_optional(on).await?)
}

/// Deletes a rule.
pub async fn delete_rule(tx: &mut Tx, _: Grant, id: &SecurityGroupRuleId) -> Result<()> {
    db::query("DELETE FROM security_group_rules WHERE id = $1").bind(id).execute(&mut **tx).await?;
    Ok(())
}

fn fresh(project: &ProjectId, name: &str, description: &str, now: Timestamp) -> SecurityGroup {
    SecurityGroup {
        id: uuid::Uuid::new_v4().to_string().into(),
        project_id: project.clone(),
        name: name.to_owned(),
        description: description.to_owned(),
        rules: Vec::new(),
        standard: Standard::default(),
        created_at: now,
        updated_at: now,
    }
}

/// A rule that matches everything going out.
fn any(group: &SecurityGroupId, ethertype: Ethertype, now: Timestamp) -> SecurityGroupRule {
    SecurityGroupRule {
        id: uuid::Uuid::new_v4().to_string().into(),
        security_group_id: group.clone(),
        direction: Direction::Egress,
        ethertype,
        protocol: None,
        port_min: None,
        port_max: None,
        remote_ip_prefix: None,
        remote_group_id: None,
        description: String::new(),
        created_at: now,
    }
}

fn egress(group: &SecurityGroupId, now: Timestamp) -> [SecurityGroupRule; 2] {
    [Ethertype::IPv4, Ethertype::IPv6].map(|ethertype| any(group, ethertype, now))
}

fn taken(name: &str) -> Reason {
    Reason::Duplicate { noun: Noun::SecurityGroup, name: name.to_owned() }
}

async fn insert_group(tx: &mut Tx, group: &SecurityGroup) -> Result<()> {
    const SQL: &str = "INSERT INTO security_groups (id, project_id, name, description, created_at, updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6)";
    let insert = db::query(SQL)
        .bind(&group.id)
        .bind(&group.project_id)
        .bind(&group.name)
        .bind(&group.description)
        .bind(group.created_at)
        .bind(group.updated_at);
    match insert.execute(&mut **tx).await {
        Ok(_) => Ok(()),
        Err(error) => Err(or_taken(error, || taken(&group.name))),
    }
}

/// Writes a checked rule.
pub async fn insert_rule(tx: &mut Tx, rule: &SecurityGroupRule) -> Result<()> {
    const SQL: &str = "INSERT INTO security_group_rules (id, security_group_id, direction, ethertype, protocol, port_min, port_max, \
                           remote_ip_prefix, remote_group_id, description, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    db::query(SQL)
        .bind(&rule.id)
        .bind(&rule.security_group_id)
        .bind(rule.direction)
        .bind(rule.ethertype)
        .bind(&rule.protocol)
        .bind(rule.port_min)
        .bind(rule.port_max)
        .bind(&rule.remote_ip_prefix)
        .bind(&rule.remote_group_id)
        .bind(&rule.description)
        .bind(rule.created_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
