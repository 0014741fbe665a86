//! Domains, projects, users, roles and what a token says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ApplicationCredentialId, DomainId, GroupId, ProjectId, RoleId, Timestamp, UserId};

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
    #[cfg_attr(feature = "control", sqlx(json))]
    pub tags: Vec<String>,
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
    /// What else was said of the user, such as `email` and `description`.
    #[cfg_attr(feature = "control", sqlx(json))]
    pub extra: Extra,
}

/// Members that Arcus keeps for clients and gives no meaning to.
pub type Extra = BTreeMap<String, Value>;

/// A group of users (identity API `/v3/groups`); its roles are its members' roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Group {
    pub id: GroupId,
    pub domain_id: DomainId,
    pub name: String,
    pub description: String,
}

/// A role (identity API `/v3/roles`); Arcus gives meaning to `admin`, `member` and `reader`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub description: Option<String>,
}

/// Who can hold a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    User(UserId),
    /// Every member of the group.
    Group(GroupId),
}

/// Where a role can be held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    Project(ProjectId),
    Domain(DomainId),
}

/// A role that a user or group holds in a project or domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    pub actor: Actor,
    pub target: Target,
    pub role_id: RoleId,
}

/// A secret with which programs get tokens in a user's name, for one project (identity API
/// `/v3/users/{id}/application_credentials`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApplicationCredential {
    pub id: ApplicationCredentialId,
    pub user_id: UserId,
    pub project_id: ProjectId,
    pub name: String,
    pub description: Option<String>,
    /// Those that its tokens have, as far as the user still holds them.
    pub roles: Vec<Role>,
    /// Whether its tokens may make and delete such credentials.
    pub unrestricted: bool,
    pub expires_at: Option<Timestamp>,
}

/// What a person gives to make an application credential.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewApplicationCredential {
    pub name: String,
    pub description: Option<String>,
    /// Generated when there is none.
    pub secret: Option<String>,
    /// A part of the caller's roles by id or name; none means all of them.
    pub roles: Option<Vec<String>>,
    pub unrestricted: bool,
    pub expires_at: Option<Timestamp>,
}

/// What an administrator gives to make a project.
#[derive(Debug, Clone, PartialEq)]
pub struct NewProject {
    pub domain_id: DomainId,
    pub name: String,
    pub description: String,
    pub enabled: bool,
    pub tags: Vec<String>,
}

/// Changes to a project; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub enabled: Option<bool>,
    pub tags: Option<Vec<String>>,
}

/// Changes to a domain; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DomainPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub enabled: Option<bool>,
}

/// What an administrator gives to make a user.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUser {
    pub domain_id: DomainId,
    pub name: String,
    /// A user without a password cannot sign in with one.
    pub password: Option<String>,
    pub enabled: bool,
    pub default_project_id: Option<ProjectId>,
    pub extra: Extra,
}

/// Changes to a user; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserPatch {
    pub name: Option<String>,
    pub password: Option<String>,
    pub enabled: Option<bool>,
    pub default_project_id: Option<Option<ProjectId>>,
    /// Added to what is there.
    pub extra: Extra,
}

/// What a valid token says; read from the database at each validation, so that a removed role works at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenInfo {
    pub user: User,
    pub user_domain: Domain,
    /// The project that the token is scoped to, with its domain; none for an unscoped token.
    pub project: Option<(Project, Domain)>,
    /// The domain that the token is scoped to instead.
    pub domain: Option<Domain>,
    /// The application credential that the token was made with, where it was.
    pub application_credential: Option<ApplicationCredential>,
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
