//! Identity: domains, projects, users, groups, roles, assignments, application credentials, tokens.

mod application_credentials;
mod checks;
mod domains;
mod groups;
mod password;
mod projects;
mod roles;
mod scope;
mod seed;
mod sign_in;
#[cfg(test)]
mod tests;
mod throttle;
mod token;
mod users;

use std::sync::Arc;

use super::shared::Shared;
use super::store::revocations;
use crate::model::identity::TokenInfo;
use crate::model::{Reason, Result};
use password::Passwords;
use scope::Place;
pub use scope::Scope;
pub use sign_in::{CredentialNamed, Named};
use throttle::Throttle;
use token::Keys;

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

    /// Exchanges a good token for one of another scope; it expires when the first one does. What was made with an
    /// application credential stays within its project and its roles.
    pub async fn rescope(&self, token: &str, scope: Scope) -> Result<Issued> {
        let info = self.validate(token).await?;
        let mut methods = info.methods;
        if !methods.iter().any(|method| method == "token") {
            methods.push("token".into());
        }
        let place = self.place(&info.user, scope).await?;
        let credential = match (info.application_credential, &place) {
            (None, _) => None,
            (Some(credential), Place::Project(project)) if project == &credential.project_id => Some(credential.id),
            (Some(_), _) => return Err(Reason::NotAuthenticated.into()),
        };
        self.issue(&info.user, place, credential, methods, info.expires_at).await
    }

    /// Reads a token: signature, expiry, revocation, then user, project and roles from the database, now.
    ///
    /// # Errors
    /// `NotAuthenticated`.
    pub async fn validate(&self, token: &str) -> Result<TokenInfo> {
        let claims = self.keys.unseal(token).ok_or(Reason::NotAuthenticated)?;
        if claims.expires_at <= self.shared.now() {
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
}

/// 32 random hex digits, as identity's ids are.
fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
