//! What the records say of those whom a token names: read together, since every request asks.

use sqlx::Row as _;
use sqlx::types::Json;

use super::db::{self, Executor, from_row};
use crate::model::identity::{Domain, Project, User};
use crate::model::{DomainId, ProjectId, Result, Timestamp, UserId};

const SQL: &str = "
    SELECT u.id, u.domain_id, u.name, u.enabled, u.default_project_id, u.extra, u.tokens_valid_from,
           home.name AS home_name, home.description AS home_description, home.enabled AS home_enabled,
           p.id AS project_id, p.domain_id AS project_domain_id, p.name AS project_name,
           p.description AS project_description, p.enabled AS project_enabled, p.tags AS project_tags,
           d.id AS place_id, d.name AS place_name, d.description AS place_description, d.enabled AS place_enabled,
           EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.audit_id = $4) AS revoked
    FROM users u JOIN domains home ON home.id = u.domain_id
    LEFT JOIN projects p ON p.id = $2
    LEFT JOIN domains d ON d.id = coalesce(p.domain_id, $3)
    WHERE u.id = $1";

/// Who somebody is now, and the place that is asked about.
pub struct Standing {
    pub user: User,
    pub user_domain: Domain,
    /// Tokens issued earlier are worthless.
    pub tokens_valid_from: Timestamp,
    /// None also for one that is gone.
    pub project: Option<Project>,
    /// The project's, else the one that is asked about; none also for one that is gone.
    pub domain: Option<Domain>,
    /// Whether the token was made worthless by name.
    pub revoked: bool,
}

/// A user, with a project or else a domain, as they are now; none for a user that there is not.
pub async fn find(
    db: impl Executor<'_>,
    user: &UserId,
    project: Option<&ProjectId>,
    domain: Option<&DomainId>,
    audit_id: &str,
) -> Result<Option<Standing>> {
    Ok(db::query_as(SQL).bind(user).bind(project).bind(domain).bind(audit_id).fetch_optional(db).await?)
}

from_row!(Standing, |row| {
    let user = User::from_row(row)?;
    let user_domain = Domain {
        id: user.domain_id.clone(),
        name: row.try_get("home_name")?,
        description: row.try_get("home_description")?,
        enabled: row.try_get("home_enabled")?,
    };
    let project = match row.try_get("project_id")? {
        None => None,
        Some(id) => Some(Project {
            id,
            domain_id: row.try_get("project_domain_id")?,
            name: row.try_get("project_name")?,
            description: row.try_get("project_description")?,
            enabled: row.try_get("project_enabled")?,
            tags: row.try_get::<Json<_>, _>("project_tags")?.0,
        }),
    };
    let domain = match row.try_get("place_id")? {
        None => None,
        Some(id) => Some(Domain {
            id,
            name: row.try_get("place_name")?,
            description: row.try_get("place_description")?,
            enabled: row.try_get("place_enabled")?,
        }),
    };
    let (tokens_valid_from, revoked) = (row.try_get("tokens_valid_from")?, row.try_get("revoked")?);
    Ok(Standing { user, user_domain, tokens_valid_from, project, domain, revoked })
});
