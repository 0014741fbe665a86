//! Who is calling, for which project, and in which version: what every handler begins with.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use serde::Deserialize;

use super::view::View;
use crate::control::Services;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::microversion::Microversion;
use crate::http::state::AppState;
use crate::model::Reason;

/// A caller whose project is the one that the path names, if it names one. Administrators may name any.
pub struct Caller {
    pub auth: Auth,
    pub services: Services,
    pub base: Base,
    pub version: Microversion,
}

impl Caller {
    /// What an answer looks like to this caller.
    pub fn view(&self) -> View<'_> {
        View { ctx: &self.auth.ctx, base: &self.base, version: self.version }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let mut auth = Auth::from_request_parts(parts, state).await?;
        let malformed = || Reason::Malformed { why: "the path names another project than the token".into() };
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| malformed())?;
        let named = params.iter().find(|(name, _)| *name == "project").map(|(_, project)| project);
        if let Some(project) = named.filter(|project| *project != auth.ctx.project_id.as_str()) {
            if !auth.ctx.is_admin() {
                return Err(malformed().into());
            }
            let project = state.services.identity.project(&auth.ctx, &project.into()).await?;
            auth.ctx = auth.ctx.on_behalf_of(project.id)?;
        }
        let Ok(base) = Base::from_request_parts(parts, state).await;
        let Ok(version) = Microversion::from_request_parts(parts, state).await;
        Ok(Self { auth, services: state.services.clone(), base, version })
    }
}

/// A path that names one thing.
#[derive(Deserialize)]
pub struct Of<T> {
    pub id: T,
}

/// A path that names something of one thing.
#[derive(Deserialize)]
pub struct KeyOf<T> {
    pub id: T,
    pub key: String,
}
