//! Domains, projects, users, roles and what a token says.

use serde::{Deserialize, Serialize};

use super::{DomainId, ProjectId, RoleId, Timestamp, UserId};

/// A container of users and projects (identity API `/v3/domains`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Domain {
    pub id: DomainId,
    pub name: String,
    pub description: String,
    pub enabled: bool,
}

/// A project (identity API `/v3/projects`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Project {
    pub id: ProjectId,
    pub domain_id: DomainId,
    pub name: String,
    pub description: String,
    pub enabled: bool,
}

/// A user (identity API `/v3/users`), without any secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct User {
    pub id: UserId,
    pub domain_id: DomainId,
    pub name: String,
    pub enabled: bool,
    pub default_project_id: Option<ProjectId>,
}

/// A role (identity API `/v3/roles`); Arcus gives meaning to `admin`, `member` and `reader`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Role {
    pub id: RoleId,
    pub name: String,
}

/// A role that a user holds in a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Assignment {
    pub user_id: UserId,
    pub project_id: ProjectId,
    pub role_id: RoleId,
}

/// What a valid token says; read from the database at each validation, so that a removed role works at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenInfo {
    pub user: User,
    pub user_domain: Domain,
    /// The project that the token is scoped to, with its domain; none for an unscoped token.
    pub project: Option<(Project, Domain)>,
    pub roles: Vec<Role>,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    /// Identifies this token in a revocation list (32 hex digits).
    pub audit_id: String,
    pub methods: Vec<String>,
}

/// The page's view of who is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub user_name: String,
    pub domain_name: String,
    pub project: Project,
    /// Every enabled project in which the user has a role, sorted by name.
    pub projects: Vec<Project>,
    pub roles: Vec<String>,
    pub is_admin: bool,
    /// False for a mere reader: pages then disable what writes, and say why.
    pub can_write: bool,
    pub expires_at: Timestamp,
}
