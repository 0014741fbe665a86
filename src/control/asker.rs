//! Who turned out to ask, and what they were refused: written down while a request is answered, for the audit's record of it.

use std::sync::{Arc, OnceLock};

use super::Ctx;
use crate::model::identity::TokenInfo;
use crate::model::{Error, ProjectId, UserId};

/// Whoever asks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Who {
    pub user_id: UserId,
    /// Empty for a user who did not prove to be that one.
    pub user_name: String,
    /// Empty for a token without a project.
    pub project_id: ProjectId,
    pub roles: Vec<String>,
}

impl From<&TokenInfo> for Who {
    fn from(info: &TokenInfo) -> Self {
        Self {
            user_id: info.user.id.clone(),
            user_name: info.user.name.clone(),
            project_id: info.project.as_ref().map(|(project, _)| project.id.clone()).unwrap_or_default(),
            roles: info.roles.iter().map(|role| role.name.clone()).collect(),
        }
    }
}

impl From<&Ctx> for Who {
    fn from(ctx: &Ctx) -> Self {
        Self {
            user_id: ctx.user_id.clone(),
            user_name: ctx.user_name.clone(),
            project_id: ctx.project_id.clone(),
            roles: ctx.roles.clone(),
        }
    }
}

impl From<UserId> for Who {
    fn from(user_id: UserId) -> Self {
        Self { user_id, ..Self::default() }
    }
}

/// A request's place for it; whoever answers the request has the same one.
#[derive(Debug, Clone, Default)]
pub struct Asker(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    who: OnceLock<Who>,
    refusal: OnceLock<Error>,
}

impl Asker {
    /// Notes who asks; whoever was noted first stays.
    pub fn is(&self, who: impl Into<Who>) {
        self.0.who.get_or_init(|| who.into());
    }

    /// Notes with what the request was refused, where the answer does not tell.
    pub fn refused(&self, error: &Error) {
        self.0.refusal.get_or_init(|| error.clone());
    }

    /// Who asks, if anybody found out.
    pub fn who(&self) -> Option<&Who> {
        self.0.who.get()
    }

    /// With what the request was refused, if that was noted.
    pub fn refusal(&self) -> Option<&Error> {
        self.0.refusal.get()
    }
}
