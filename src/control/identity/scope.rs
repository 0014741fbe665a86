//! What a token is for, and what it says.

use super::token::Claims;
use super::{Identity, Issued, new_id};
use crate::control::store::{domains, roles, standing};
use crate::model::identity::{ApplicationCredential, Domain, Project, TokenInfo, User};
use crate::model::{ApplicationCredentialId, DomainId, Error, Noun, ProjectId, Reason, Result, Timestamp};

/// Which project or domain a token is for.
#[derive(Debug, Clone)]
pub enum Scope {
    /// The user's default project, else the first by name in which the user has a role.
    Default,
    /// The user's default project, if there is one in which the user has a role; else none at all.
    DefaultIfAny,
    /// By id.
    Project(ProjectId),
    /// By name, in the domain of that name or id.
    ProjectNamed { name: String, domain: String },
    /// By id.
    Domain(DomainId),
    /// By name.
    DomainNamed(String),
    /// None at all.
    Unscoped,
}

/// A scope that was found and is the user's.
pub(super) enum Place {
    Project(ProjectId),
    Domain(DomainId),
    Nowhere,
}

impl Identity {
    /// Where a scope is, if the user has a role there.
    pub(super) async fn place(&self, user: &User, scope: Scope) -> Result<Place> {
        let unknown = |name: &str| Error::not_found(Noun::Project, name);
        if let Scope::Domain(_) | Scope::DomainNamed(_) = &scope {
            return self.domain_for(user, &scope).await;
        }
        let open = self.projects_of(&user.id).await?;
        let default = open.iter().find(|project| Some(&project.id) == user.default_project_id.as_ref());
        let chosen = match scope {
            Scope::Default => default.or(open.first()).ok_or(Reason::NoProject)?,
            Scope::DefaultIfAny => match default {
                Some(project) => project,
                None => return Ok(Place::Nowhere),
            },
            Scope::Project(id) => open.iter().find(|project| project.id == id).ok_or_else(|| unknown(id.as_str()))?,
            Scope::ProjectNamed { name, domain } => {
                let domain = domains::by_name(self.shared.db.read(), &domain).await?;
                let domain = domain.ok_or_else(|| unknown(&name))?.id;
                let fits = |project: &&Project| project.domain_id == domain && project.name == name;
                open.iter().find(fits).ok_or_else(|| unknown(&name))?
            }
            Scope::Unscoped | Scope::Domain(_) | Scope::DomainNamed(_) => return Ok(Place::Nowhere),
        };
        Ok(Place::Project(chosen.id.clone()))
    }

    async fn domain_for(&self, user: &User, scope: &Scope) -> Result<Place> {
        let fits = |domain: &Domain| match scope {
            Scope::Domain(id) => &domain.id == id,
            Scope::DomainNamed(name) => &domain.name == name,
            _ => false,
        };
        let found = self.domains_of(&user.id).await?.into_iter().find(fits);
        let found = found.ok_or_else(|| Error::not_found(Noun::Domain, "of the scope"))?;
        Ok(Place::Domain(found.id))
    }

    pub(super) async fn issue(
        &self,
        user: &User,
        place: Place,
        credential: Option<ApplicationCredentialId>,
        methods: Vec<String>,
        expires_at: Timestamp,
    ) -> Result<Issued> {
        let (project, domain) = match place {
            Place::Project(id) => (Some(id), None),
            Place::Domain(id) => (None, Some(id)),
            Place::Nowhere => (None, None),
        };
        let (user, issued_at, audit_id) = (user.id.clone(), self.shared.now(), new_id());
        let claims = Claims { user, project, domain, credential, methods, issued_at, expires_at, audit_id };
        Ok(Issued { token: self.keys.seal(&claims)?, info: self.look_up(claims).await? })
    }

    /// What the database says of claims, now.
    pub(super) async fn look_up(&self, claims: Claims) -> Result<TokenInfo> {
        self.find(claims).await?.ok_or_else(|| Reason::NotAuthenticated.into())
    }

    async fn find(&self, claims: Claims) -> Result<Option<TokenInfo>> {
        let db = self.shared.db.read();
        let (project, domain) = (claims.project.as_ref(), claims.domain.as_ref());
        let Some(now) = standing::find(db, &claims.user, project, domain, &claims.audit_id).await? else {
            return Ok(None);
        };
        if now.revoked || !now.user.enabled || !now.user_domain.enabled || claims.issued_at < now.tokens_valid_from {
            return Ok(None);
        }
        let mut info = TokenInfo {
            user: now.user,
            user_domain: now.user_domain,
            project: None,
            domain: None,
            application_credential: None,
            roles: Vec::new(),
            issued_at: claims.issued_at,
            expires_at: claims.expires_at,
            audit_id: claims.audit_id,
            methods: claims.methods,
        };
        if let Some(id) = &claims.project {
            let project = now.project.filter(|project| project.enabled);
            info.project = project.zip(now.domain.filter(|domain| domain.enabled));
            if info.project.is_none() {
                return Ok(None);
            }
            info.roles = roles::held(db, &claims.user, id).await?;
        } else if let Some(id) = &claims.domain {
            info.domain = now.domain.filter(|domain| domain.enabled);
            if info.domain.is_none() {
                return Ok(None);
            }
            info.roles = roles::held_in_domain(db, &claims.user, id).await?;
        } else {
            return Ok(Some(info));
        }
        if let Some(id) = &claims.credential {
            let Some(credential) = self.credential_of(id, &info).await? else { return Ok(None) };
            info.roles.retain(|role| credential.roles.contains(role));
            info.application_credential = Some(credential);
        }
        Ok(Some(info).filter(|info| !info.roles.is_empty()))
    }

    async fn credential_of(
        &self,
        id: &ApplicationCredentialId,
        info: &TokenInfo,
    ) -> Result<Option<ApplicationCredential>> {
        let mut tx = self.shared.db.snapshot().await?;
        let project = info.project.as_ref().map(|(project, _)| &project.id);
        let fits = |credential: &ApplicationCredential| Some(&credential.project_id) == project;
        Ok(self.good_credential(&mut tx, id).await?.filter(fits))
    }
}
