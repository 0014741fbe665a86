//! The body of `POST /identity/v3/auth/tokens`.

use serde::Deserialize;
use serde_json::Value;

use crate::control::identity::{self, CredentialNamed, Scope};
use crate::model::{Reason, Result};

#[derive(Deserialize)]
pub struct TokenRequest {
    pub auth: Auth,
}

#[derive(Deserialize)]
pub struct Auth {
    pub identity: Methods,
    scope: Option<WantedScope>,
}

#[derive(Deserialize)]
pub struct Methods {
    pub methods: Vec<String>,
    pub password: Option<Password>,
    pub token: Option<Token>,
    pub application_credential: Option<Credential>,
}

/// An application credential by id, or by name among a user's own, and its secret.
#[derive(Deserialize)]
pub struct Credential {
    id: Option<String>,
    name: Option<String>,
    user: Option<Named>,
    pub secret: String,
}

impl Credential {
    /// Which one it is.
    ///
    /// # Errors
    /// When there is neither an id, nor a name and a user.
    pub fn named(&self) -> Result<CredentialNamed> {
        match (&self.id, &self.name, &self.user) {
            (Some(id), ..) => Ok(CredentialNamed::Id(id.as_str().into())),
            (None, Some(name), Some(user)) => Ok(CredentialNamed::Name { name: name.clone(), user: user.user()? }),
            (None, Some(_), None) => Err(required("user")),
            (None, None, _) => Err(required("id")),
        }
    }
}

#[derive(Deserialize)]
pub struct Password {
    pub user: PasswordUser,
}

#[derive(Deserialize)]
pub struct PasswordUser {
    #[serde(flatten)]
    pub named: Named,
    pub password: String,
}

#[derive(Deserialize)]
pub struct Token {
    pub id: String,
}

/// A user or project: by id, or by name within a domain.
#[derive(Deserialize, Clone)]
pub struct Named {
    pub id: Option<String>,
    pub name: Option<String>,
    pub domain: Option<Domain>,
}

#[derive(Deserialize, Clone)]
pub struct Domain {
    id: Option<String>,
    name: Option<String>,
}

impl Named {
    /// A user.
    ///
    /// # Errors
    /// As [`Self::in_domain`].
    pub fn user(&self) -> Result<identity::Named> {
        if let Some(id) = &self.id {
            return Ok(identity::Named::Id(id.as_str().into()));
        }
        let (name, domain) = self.clone().in_domain()?;
        Ok(identity::Named::Name { name, domain })
    }

    /// Name and domain.
    ///
    /// # Errors
    /// When there is no name, or no domain to look for it in.
    pub fn in_domain(self) -> Result<(String, String)> {
        let domain = self.domain.and_then(|domain| domain.name.or(domain.id));
        match (self.name, domain) {
            (Some(name), Some(domain)) => Ok((name, domain)),
            (None, _) => Err(required("name")),
            (_, None) => Err(required("domain")),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WantedScope {
    /// `"unscoped"`.
    Word(String),
    Object {
        project: Option<Named>,
        domain: Option<Domain>,
        unscoped: Option<Value>,
    },
}

impl Auth {
    /// What to prove who one is with, and for which project.
    ///
    /// # Errors
    /// For a scope that is neither a project nor a domain nor nothing.
    pub fn into_parts(self) -> Result<(Methods, Scope)> {
        let scope = match self.scope {
            None => Scope::DefaultIfAny,
            Some(WantedScope::Word(word)) if word == "unscoped" => Scope::Unscoped,
            Some(WantedScope::Object { project: Some(project), .. }) => match project.id {
                Some(id) => Scope::Project(id.into()),
                None => {
                    let (name, domain) = project.in_domain()?;
                    Scope::ProjectNamed { name, domain }
                }
            },
            Some(WantedScope::Object { domain: Some(Domain { id: Some(id), .. }), .. }) => Scope::Domain(id.into()),
            Some(WantedScope::Object { domain: Some(Domain { name: Some(name), .. }), .. }) => Scope::DomainNamed(name),
            Some(WantedScope::Object { unscoped: Some(_), .. }) => Scope::Unscoped,
            Some(_) => {
                let why = "the scope is neither a project nor a domain nor \"unscoped\"".into();
                return Err(Reason::Malformed { why }.into());
            }
        };
        Ok((self.identity, scope))
    }
}

/// A member that the request lacks.
pub fn required(field: &str) -> crate::model::Error {
    Reason::Required { field: field.to_owned() }.into()
}
