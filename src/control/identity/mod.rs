//! Identity: domains, projects, users, roles, assignments, tokens.

use std::net::IpAddr;
use std::sync::Arc;

use crate::model::identity::{Assignment, Domain, Project, Role, TokenInfo, User};
use crate::model::{DomainId, ProjectId, Result, RoleId, UserId};

use super::Ctx;
use super::shared::Shared;

/// Which project a token is for.
#[derive(Debug, Clone)]
pub enum Scope {
    /// The user's default project, else the first by name in which the user has a role.
    Default,
    /// By id.
    Project(ProjectId),
    /// By name, in the domain of that name.
    ProjectNamed { name: String, domain: String },
    /// None at all.
    Unscoped,
}

/// A freshly issued token and what it says.
#[derive(Debug, Clone)]
pub struct Issued {
    pub token: String,
    pub info: TokenInfo,
}

/// The identity service.
#[derive(Clone)]
pub struct Identity {
    shared: Arc<Shared>,
}

#[allow(unused_variables)]
impl Identity {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Checks a password and issues a token. Failures are throttled per user and per address; a wrong user, domain
    /// or password are told apart by nobody (and cost the same time).
    ///
    /// # Errors
    /// `BadCredentials`, `TooManyAttempts`, `NoProject`.
    pub async fn login(
        &self,
        domain: &str,
        user: &str,
        password: &str,
        scope: Scope,
        from: Option<IpAddr>,
    ) -> Result<Issued> {
        todo!()
    }
    /// As [`Self::login`], for a user named by id.
    pub async fn login_by_id(
        &self,
        user: &UserId,
        password: &str,
        scope: Scope,
        from: Option<IpAddr>,
    ) -> Result<Issued> {
        todo!()
    }
    /// Exchanges a good token for one of another scope; it expires when the first one does.
    pub async fn rescope(&self, token: &str, scope: Scope) -> Result<Issued> {
        todo!()
    }
    /// Reads a token: signature, expiry, revocation, then user, project and roles from the database, now.
    ///
    /// # Errors
    /// `NotAuthenticated`.
    pub async fn validate(&self, token: &str) -> Result<TokenInfo> {
        todo!()
    }
    /// Makes a token worthless from now on.
    pub async fn revoke(&self, token: &str) -> Result<()> {
        todo!()
    }
    /// The enabled projects in which the user has a role, sorted by name.
    pub async fn projects_of(&self, user: &UserId) -> Result<Vec<Project>> {
        todo!()
    }

    pub async fn domains(&self, ctx: &Ctx) -> Result<Vec<Domain>> {
        todo!()
    }
    pub async fn projects(&self, ctx: &Ctx) -> Result<Vec<Project>> {
        todo!()
    }
    pub async fn users(&self, ctx: &Ctx) -> Result<Vec<User>> {
        todo!()
    }
    pub async fn roles(&self, ctx: &Ctx) -> Result<Vec<Role>> {
        todo!()
    }
    pub async fn assignments(&self, ctx: &Ctx) -> Result<Vec<Assignment>> {
        todo!()
    }
    pub async fn create_domain(&self, ctx: &Ctx, name: &str, description: &str) -> Result<Domain> {
        todo!()
    }
    pub async fn create_project(&self, ctx: &Ctx, domain: &DomainId, name: &str, description: &str) -> Result<Project> {
        todo!()
    }
    /// Refused (`InUse`) while it still owns instances, networks or images.
    pub async fn delete_project(&self, ctx: &Ctx, project: &ProjectId) -> Result<()> {
        todo!()
    }
    /// Passwords are 8 to 128 characters.
    pub async fn create_user(
        &self,
        ctx: &Ctx,
        domain: &DomainId,
        name: &str,
        password: &str,
        default_project: Option<&ProjectId>,
    ) -> Result<User> {
        todo!()
    }
    /// A new password makes every earlier token worthless. People may change their own, administrators any.
    pub async fn set_password(&self, ctx: &Ctx, user: &UserId, password: &str) -> Result<()> {
        todo!()
    }
    /// A disabled user's tokens stop working at once.
    pub async fn set_user_enabled(&self, ctx: &Ctx, user: &UserId, enabled: bool) -> Result<()> {
        todo!()
    }
    pub async fn delete_user(&self, ctx: &Ctx, user: &UserId) -> Result<()> {
        todo!()
    }
    pub async fn create_role(&self, ctx: &Ctx, name: &str) -> Result<Role> {
        todo!()
    }
    pub async fn grant(&self, ctx: &Ctx, user: &UserId, project: &ProjectId, role: &RoleId) -> Result<()> {
        todo!()
    }
    pub async fn withdraw(&self, ctx: &Ctx, user: &UserId, project: &ProjectId, role: &RoleId) -> Result<()> {
        todo!()
    }
}
