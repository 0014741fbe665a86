//! Identity: domains, projects, users, roles, assignments, tokens.

mod admin;
mod password;
mod seed;
#[cfg(test)]
mod tests;
mod throttle;
mod token;

use std::net::IpAddr;
use std::sync::Arc;

use chrono::TimeDelta;

use super::shared::Shared;
use super::store::users::Account;
use super::store::{domains, projects, revocations, roles, users};
use crate::model::identity::{Project, TokenInfo, User};
use crate::model::{Error, Noun, ProjectId, Reason, Result, Timestamp, UserId};
use password::Passwords;
use throttle::Throttle;
use token::{Claims, Keys};

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
    keys: Keys,
    passwords: Passwords,
    throttle: Arc<Throttle>,
}

impl Identity {
    /// Reads or makes the token keys, and what every cloud has from the first start.
    pub(in crate::control) async fn open(shared: Arc<Shared>) -> Result<Self> {
        let keys = Keys::open(&shared.settings.state_dir.join("keys"))?;
        seed::seed(&shared.db, shared.now()).await?;
        Ok(Self { shared, keys, passwords: Passwords::default(), throttle: Arc::default() })
    }

    /// Checks a password and issues a token. Failures are throttled per user and per address; a wrong user, domain
    /// or password are told apart by nobody (and cost the same time).
    ///
    /// # Errors
    /// `BadCredentials`, `TooManyAttempts`, `NoProject`; `NotFound` for a project that the user has no role in.
    pub async fn login(
        &self,
        domain: &str,
        user: &str,
        password: &str,
        scope: Scope,
        from: Option<IpAddr>,
    ) -> Result<Issued> {
        let account = match domains::by_name(self.shared.db.read(), domain).await? {
            Some(domain) => users::by_name(self.shared.db.read(), &domain.id, user).await?,
            None => None,
        };
        self.sign_in(account, (domain, user), password, scope, from).await
    }

    /// As [`Self::login`], for a user named by id.
    pub async fn login_by_id(
        &self,
        user: &UserId,
        password: &str,
        scope: Scope,
        from: Option<IpAddr>,
    ) -> Result<Issued> {
        let account = users::by_id(self.shared.db.read(), user).await?;
        self.sign_in(account, ("", user.as_str()), password, scope, from).await
    }

    /// Exchanges a good token for one of another scope; it expires when the first one does.
    pub async fn rescope(&self, token: &str, scope: Scope) -> Result<Issued> {
        let info = self.validate(token).await?;
        let mut methods = info.methods;
        if !methods.iter().any(|method| method == "token") {
            methods.push("token".into());
        }
        self.issue(&info.user, scope, methods, info.expires_at).await
    }

    /// Reads a token: signature, expiry, revocation, then user, project and roles from the database, now.
    ///
    /// # Errors
    /// `NotAuthenticated`.
    pub async fn validate(&self, token: &str) -> Result<TokenInfo> {
        let claims = self.keys.unseal(token).ok_or(Reason::NotAuthenticated)?;
        if claims.expires_at <= self.shared.now()
            || revocations::contains(self.shared.db.read(), &claims.audit_id).await?
        {
            return Err(Reason::NotAuthenticated.into());
        }
        self.look_up(claims).await
    }

    /// Makes a token worthless from now on.
    pub async fn revoke(&self, token: &str) -> Result<()> {
        let claims = self.keys.unseal(token).ok_or(Reason::NotAuthenticated)?;
        let mut tx = self.shared.db.write().await?;
        revocations::add(&mut tx, &claims.audit_id, claims.expires_at, self.shared.now()).await?;
        Ok(tx.commit().await?)
    }

    /// The enabled projects in which the user has a role, sorted by name.
    pub async fn projects_of(&self, user: &UserId) -> Result<Vec<Project>> {
        projects::of_user(self.shared.db.read(), user).await
    }

    /// An unknown user (`account` is none) takes the same path as a known one. `typed` stands for the user in the
    /// throttle then.
    async fn sign_in(
        &self,
        account: Option<Account>,
        typed: (&str, &str),
        password: &str,
        scope: Scope,
        from: Option<IpAddr>,
    ) -> Result<Issued> {
        let key = account.as_ref().map_or(typed, |account| ("", account.user.id.as_str()));
        let attempt = self.throttle.begin(&key, from, self.shared.now())?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let fits = self.passwords.verify(hash, password).await?;
        let account = account.filter(|account| fits && account.user.enabled).ok_or(Reason::BadCredentials)?;
        let domain = domains::by_id(self.shared.db.read(), &account.user.domain_id).await?;
        if !domain.is_some_and(|domain| domain.enabled) {
            return Err(Reason::BadCredentials.into());
        }
        self.throttle.succeeded(&attempt);
        let expires_at = self.expiry(self.shared.now());
        self.issue(&account.user, scope, vec!["password".into()], expires_at).await
    }

    fn expiry(&self, now: Timestamp) -> Timestamp {
        now + TimeDelta::from_std(self.shared.settings.token_lifetime).unwrap_or(TimeDelta::days(1))
    }

    async fn issue(&self, user: &User, scope: Scope, methods: Vec<String>, expires_at: Timestamp) -> Result<Issued> {
        let claims = Claims {
            user: user.id.clone(),
            project: self.project_for(user, scope).await?,
            methods,
            issued_at: self.shared.now(),
            expires_at,
            audit_id: new_id(),
        };
        Ok(Issued { token: self.keys.seal(&claims)?, info: self.look_up(claims).await? })
    }

    /// The project of a scope, if the user has a role in it.
    async fn project_for(&self, user: &User, scope: Scope) -> Result<Option<ProjectId>> {
        let open = self.projects_of(&user.id).await?;
        let unknown = |name: &str| Error::not_found(Noun::Project, name);
        let chosen = match scope {
            Scope::Unscoped => return Ok(None),
            Scope::Default => {
                let default = open.iter().find(|project| Some(&project.id) == user.default_project_id.as_ref());
                default.or(open.first()).ok_or(Reason::NoProject)?
            }
            Scope::Project(id) => open.iter().find(|project| project.id == id).ok_or_else(|| unknown(id.as_str()))?,
            Scope::ProjectNamed { name, domain } => {
                let domain = domains::by_name(self.shared.db.read(), &domain).await?;
                let domain = domain.ok_or_else(|| unknown(&name))?.id;
                let fits = |project: &&Project| project.domain_id == domain && project.name == name;
                open.iter().find(fits).ok_or_else(|| unknown(&name))?
            }
        };
        Ok(Some(chosen.id.clone()))
    }

    /// What the database says of claims, now.
    async fn look_up(&self, claims: Claims) -> Result<TokenInfo> {
        self.find(claims).await?.ok_or_else(|| Reason::NotAuthenticated.into())
    }

    async fn find(&self, claims: Claims) -> Result<Option<TokenInfo>> {
        let db = self.shared.db.read();
        let Some(account) = users::by_id(db, &claims.user).await? else { return Ok(None) };
        let Some(user_domain) = domains::by_id(db, &account.user.domain_id).await? else { return Ok(None) };
        if !account.user.enabled || !user_domain.enabled || claims.issued_at < account.tokens_valid_from {
            return Ok(None);
        }
        let (mut project, mut held) = (None, Vec::new());
        if let Some(id) = &claims.project {
            let Some(found) = projects::by_id(db, id).await?.filter(|project| project.enabled) else { return Ok(None) };
            let Some(domain) = domains::by_id(db, &found.domain_id).await?.filter(|domain| domain.enabled) else {
                return Ok(None);
            };
            held = roles::held(db, &claims.user, id).await?;
            if held.is_empty() {
                return Ok(None);
            }
            project = Some((found, domain));
        }
        Ok(Some(TokenInfo {
            user: account.user,
            user_domain,
            project,
            roles: held,
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
            audit_id: claims.audit_id,
            methods: claims.methods,
        }))
    }
}

/// 32 random hex digits, as identity's ids are.
fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
