//! Who holds which role where.

use super::db::{self, Executor, Tx};
use crate::control::policy::Grant;
use crate::model::identity::{Actor, Assignment, Target};
use crate::model::{DomainId, GroupId, ProjectId, Result, RoleId, UserId};

const ALL: &str = "
    SELECT user_id, group_id, project_id, domain_id, role_id FROM role_assignments
    ORDER BY project_id, domain_id, user_id, group_id, role_id";
const ADD: &str = "
    INSERT INTO role_assignments (user_id, group_id, project_id, domain_id, role_id) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING";
const REMOVE: &str = "
    DELETE FROM role_assignments
    WHERE coalesce(user_id, '') = coalesce($1, '') AND coalesce(group_id, '') = coalesce($2, '')
        AND coalesce(project_id, '') = coalesce($3, '') AND coalesce(domain_id, '') = coalesce($4, '') AND role_id = $5";

#[derive(sqlx::FromRow)]
struct Row {
    user_id: Option<UserId>,
    group_id: Option<GroupId>,
    project_id: Option<ProjectId>,
    domain_id: Option<DomainId>,
    role_id: RoleId,
}

impl Row {
    /// None for a row that the table's checks forbid.
    fn assignment(self) -> Option<Assignment> {
        let actor = self.user_id.map(Actor::User).or(self.group_id.map(Actor::Group))?;
        let target = self.project_id.map(Target::Project).or(self.domain_id.map(Target::Domain))?;
        Some(Assignment { actor, target, role_id: self.role_id })
    }
}

impl From<&Assignment> for Row {
    fn from(assignment: &Assignment) -> Self {
        let (user_id, group_id) = match &assignment.actor {
            Actor::User(id) => (Some(id.clone()), None),
            Actor::Group(id) => (None, Some(id.clone())),
        };
        let (project_id, domain_id) = match &assignment.target {
            Target::Project(id) => (Some(id.clone()), None),
            Target::Domain(id) => (None, Some(id.clone())),
        };
        Self { user_id, group_id, project_id, domain_id, role_id: assignment.role_id.clone() }
    }
}

pub async fn all(db: impl Executor<'_>) -> Result<Vec<Assignment>> {
    let rows: Vec<Row> = db::query_as(ALL).fetch_all(db).await?;
    Ok(rows.into_iter().filter_map(Row::assignment).collect())
}

/// Holding it already is no failure.
pub async fn add(tx: &mut Tx, _: Grant, assignment: &Assignment) -> Result<()> {
    write(tx, ADD, assignment).await?;
    Ok(())
}

/// Whether it was held.
pub async fn remove(tx: &mut Tx, _: Grant, assignment: &Assignment) -> Result<bool> {
    Ok(write(tx, REMOVE, assignment).await? == 1)
}

async fn write(tx: &mut Tx, statement: &'static str, assignment: &Assignment) -> Result<u64> {
    let row = Row::from(assignment);
    let done = db::query(statement)
        .bind(row.user_id)
        .bind(row.group_id)
        .bind(row.project_id)
        .bind(row.domain_id)
        .bind(row.role_id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}
