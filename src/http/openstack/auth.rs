//! Who is calling: the token in `X-Auth-Token`, validated by identity for every request.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::control::{Asker, Ctx, Services};
use crate::http::failure::Failure;
use crate::http::request_id;
use crate::http::state::AppState;
use crate::model::identity::TokenInfo;
use crate::model::step::Step;
use crate::model::{InstanceId, Reason, Timestamp};

/// A good token, of whatever scope, and what it says.
pub struct Bearer {
    pub token: String,
    pub info: TokenInfo,
}

impl FromRequestParts<AppState> for Bearer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let token = header(&parts.headers, "x-auth-token").ok_or(Reason::NotAuthenticated)?.to_owned();
        let info = state.services.identity.validate(&token).await?;
        if let Some(asker) = parts.extensions.get::<Asker>() {
            asker.is(&info);
        }
        Ok(Self { token, info })
    }
}

/// The caller's context; the token must be for a project.
pub struct Auth {
    pub ctx: Ctx,
    /// When the service asked identity about the token.
    asked_at: Timestamp,
    /// The instance that an agent builds with this call.
    building: Option<InstanceId>,
}

impl FromRequestParts<AppState> for Auth {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let asked_at = state.services.clock.now();
        let bearer = Bearer::from_request_parts(parts, state).await?;
        let request_id = request_id::of(&parts.extensions);
        let ctx = Ctx::from_token(&bearer.token, &bearer.info, &request_id).ok_or(Reason::NoProject)?;
        let building = header(&parts.headers, "x-arcus-instance").map(InstanceId::from);
        Ok(Self { ctx, asked_at, building })
    }
}

impl Auth {
    /// Whether the call is an agent's, for an instance that it builds.
    pub fn builds(&self) -> bool {
        self.building.is_some()
    }

    /// Puts "this service had the token validated" into the timeline of the instance that the caller builds, if it
    /// builds one. The call itself goes on whether or not that works.
    pub async fn note(&self, services: &Services, step: Step) {
        let Some(instance) = &self.building else { return };
        if let Err(error) = services.compute.note_step(&self.ctx, instance, step, self.asked_at).await {
            tracing::warn!(%instance, step = step.number(), "the timeline lacks a step: {error}");
        }
    }
}

/// A header's text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
