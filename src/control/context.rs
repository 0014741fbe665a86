//! Who asks, in which project, with which roles, under which request: goes through every service call.

use super::policy::{self, Action};
use crate::model::identity::TokenInfo;
use crate::model::network::Standard;
use crate::model::{DomainId, Noun, ProjectId, Reason, Result, Timestamp, UserId};

/// The context of one call. It can only be made from a validated token, or openly as the system itself.
#[derive(Debug, Clone)]
pub struct Ctx {
    pub user_id: UserId,
    pub user_name: String,
    pub user_domain_id: DomainId,
    pub user_domain_name: String,
    pub project_id: ProjectId,
    pub project_name: String,
    pub roles: Vec<String>,
    /// `req-` and a UUID; in every log line, event and error.
    pub request_id: String,
    /// When the token was issued; launch steps 1 and 2 show it.
    pub token_issued_at: Timestamp,
    /// What is to be changed must be at this revision, else it is left alone.
    pub only_at: Option<i64>,
    /// The token itself, which a launch hands on to the agent.
    pub token: String,
    /// The token stems from an application credential that may make and delete no others.
    pub restricted: bool,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    System,
}

impl Ctx {
    /// The context of a person's request; none for a token without a project.
    pub fn from_token(token: &str, info: &TokenInfo, request_id: &str) -> Option<Self> {
        info.project.as_ref()?;
        Some(Self::of_any_token(token, info, request_id))
    }

    /// The context of a request to identity, which serves tokens of whatever scope: the project's id is empty, and so
    /// no project's, without one.
    pub fn of_any_token(token: &str, info: &TokenInfo, request_id: &str) -> Self {
        let project = info.project.as_ref().map(|(project, _)| (project.id.clone(), project.name.clone()));
        let (project_id, project_name) = project.unwrap_or_default();
        Self {
            user_id: info.user.id.clone(),
            user_name: info.user.name.clone(),
            user_domain_id: info.user_domain.id.clone(),
            user_domain_name: info.user_domain.name.clone(),
            project_id,
            project_name,
            roles: info.roles.iter().map(|role| role.name.clone()).collect(),
            request_id: request_id.to_owned(),
            token_issued_at: info.issued_at,
            only_at: None,
            token: token.to_owned(),
            restricted: info.application_credential.as_ref().is_some_and(|credential| !credential.unrestricted),
            kind: Kind::Person,
        }
    }

    /// Arcus itself, acting in `project` (first start, the command line, reconcilers).
    pub fn system(project: ProjectId, now: Timestamp) -> Self {
        Self {
            user_id: "system".into(),
            user_name: "system".into(),
            user_domain_id: "default".into(),
            user_domain_name: "Default".into(),
            project_id: project,
            project_name: "system".into(),
            roles: vec!["admin".into()],
            request_id: new_request_id(),
            token_issued_at: now,
            only_at: None,
            token: String::new(),
            restricted: false,
            kind: Kind::System,
        }
    }

    /// The same caller, working for another project, which administrators may.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn on_behalf_of(&self, project: ProjectId) -> Result<Self> {
        if project != self.project_id {
            policy::check(self, Action::Administer, "make things for another project")?;
        }
        Ok(Self { project_id: project, ..self.clone() })
    }

    /// Goes on only with what is at the revision that the caller named, if one was.
    ///
    /// # Errors
    /// `RevisionMismatch`.
    pub fn expects(&self, noun: Noun, id: &str, standard: &Standard) -> Result<()> {
        match self.only_at {
            Some(expected) if expected != standard.revision => {
                let revision = standard.revision;
                Err(Reason::RevisionMismatch { noun, id: id.to_owned(), expected, revision }.into())
            }
            _ => Ok(()),
        }
    }

    /// Whether Arcus itself is calling.
    pub fn is_system(&self) -> bool {
        self.kind == Kind::System
    }

    /// Whether the caller holds the role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }

    /// Whether the caller is an administrator.
    pub fn is_admin(&self) -> bool {
        self.has_role("admin")
    }
}

/// A new request id.
pub fn new_request_id() -> String {
    format!("req-{}", uuid::Uuid::new_v4())
}
