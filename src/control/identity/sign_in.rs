//! How people and programs prove who they are.

use std::net::IpAddr;

use chrono::TimeDelta;

use super::scope::Place;
use super::{Identity, Issued, Scope};
use crate::control::Asker;
use crate::control::store::users::Account;
use crate::control::store::{application_credentials, domains, users};
use crate::model::identity::User;
use crate::model::{ApplicationCredentialId, Kind, Reason, Result, Timestamp, UserId};

/// How somebody who signs in names the user.
#[derive(Debug, Clone)]
pub enum Named {
    Id(UserId),
    /// By name, in the domain of that name or id.
    Name {
        name: String,
        domain: String,
    },
}

/// How a program names its application credential.
#[derive(Debug, Clone)]
pub enum CredentialNamed {
    Id(ApplicationCredentialId),
    /// By name, among the user's own.
    Name {
        name: String,
        user: Named,
    },
}

impl Identity {
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
        self.sign_in(Named::Name { name: user.to_owned(), domain: domain.to_owned() }, password, scope, from).await
    }

    /// As [`Self::login`], and notes who it was or, where the password did not fit, is said to have been. What was typed
    /// as the name of a user whom there is not is not noted: it may be a password.
    pub async fn login_noted(
        &self,
        user: Named,
        password: &str,
        scope: Scope,
        from: Option<IpAddr>,
        asker: &Asker,
    ) -> Result<Issued> {
        let issued = self.sign_in(user.clone(), password, scope, from).await;
        match &issued {
            Ok(issued) => asker.is(&issued.info),
            Err(_) => {
                if let Ok(Some(account)) = self.account(&user).await {
                    asker.is(account.user.id);
                }
            }
        }
        issued
    }

    /// Checks an application credential's secret and issues a token for its project, which ends when the credential
    /// does at the latest. Failures are throttled as those of passwords are.
    ///
    /// # Errors
    /// `BadCredentials`, `TooManyAttempts`.
    pub async fn login_with_credential(
        &self,
        credential: CredentialNamed,
        secret: &str,
        from: Option<IpAddr>,
    ) -> Result<Issued> {
        let record = match &credential {
            CredentialNamed::Id(id) => application_credentials::by_id(self.shared.db.read(), id).await?,
            CredentialNamed::Name { name, user } => match self.account(user).await? {
                Some(account) => {
                    let own = application_credentials::of_user(self.shared.db.read(), &account.user.id).await?;
                    own.into_iter().find(|record| &record.name == name)
                }
                None => None,
            },
        };
        let typed = format!("{credential:?}");
        let key = record.as_ref().map_or(typed.as_str(), |record| record.id.as_str());
        let attempt = self.throttle.begin(&("application credential", key), from, self.shared.now())?;
        let hash = record.as_ref().map(|record| record.secret_hash.as_str());
        let fits = self.passwords.verify(hash, secret).await?;
        let record = record.filter(|_| fits).ok_or(Reason::BadCredentials)?;
        let account = self.account(&Named::Id(record.user_id)).await?.ok_or(Reason::BadCredentials)?;
        self.throttle.succeeded(&attempt);
        let expires_at = self.expiry(self.shared.now());
        let expires_at = record.expires_at.map_or(expires_at, |at| at.min(expires_at));
        let methods = vec!["application_credential".into()];
        let place = Place::Project(record.project_id);
        // A disabled user or project, or an expired credential, makes the token worthless before it is given out.
        self.issue(&account.user, place, Some(record.id), methods, expires_at).await.map_err(|error| {
            match error.kind() {
                Kind::Unauthenticated => Reason::BadCredentials.into(),
                _ => error,
            }
        })
    }

    /// An unknown user takes the same path as a known one; what was typed stands for the user in the throttle then.
    async fn sign_in(&self, typed: Named, password: &str, scope: Scope, from: Option<IpAddr>) -> Result<Issued> {
        let account = self.account(&typed).await?;
        let typed = match &typed {
            Named::Id(id) => ("", id.as_str()),
            Named::Name { name, domain } => (domain.as_str(), name.as_str()),
        };
        let key = account.as_ref().map_or(typed, |account| ("", account.user.id.as_str()));
        let attempt = self.throttle.begin(&key, from, self.shared.now())?;
        let fits = self.passwords.verify(account.as_ref().and_then(Account::hash), password).await?;
        let account = account.filter(|account| fits && account.user.enabled).ok_or(Reason::BadCredentials)?;
        let domain = domains::by_id(self.shared.db.read(), &account.user.domain_id).await?;
        if !domain.is_some_and(|domain| domain.enabled) {
            return Err(Reason::BadCredentials.into());
        }
        self.throttle.succeeded(&attempt);
        self.enter(&account.user, scope).await
    }

    async fn enter(&self, user: &User, scope: Scope) -> Result<Issued> {
        let place = self.place(user, scope).await?;
        self.issue(user, place, None, vec!["password".into()], self.expiry(self.shared.now())).await
    }

    async fn account(&self, named: &Named) -> Result<Option<Account>> {
        let db = self.shared.db.read();
        match named {
            Named::Id(id) => users::by_id(db, id).await,
            Named::Name { name, domain } => match domains::by_name(db, domain).await? {
                Some(domain) => users::by_name(db, &domain.id, name).await,
                None => Ok(None),
            },
        }
    }

    fn expiry(&self, now: Timestamp) -> Timestamp {
        now + TimeDelta::from_std(self.shared.settings.token_lifetime).unwrap_or(TimeDelta::days(1))
    }
}
