//! Who calls identity: with a token of whatever scope, or of none.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Bearer;
use crate::http::request_id;
use crate::http::state::AppState;
use crate::model::identity::TokenInfo;

/// The caller's context, what the token says, by which address the call came, and whom to ask.
pub struct Caller {
    pub services: Services,
    pub base: Base,
    pub ctx: Ctx,
    pub info: TokenInfo,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let Bearer { token, info } = Bearer::from_request_parts(parts, state).await?;
        let ctx = Ctx::of_any_token(&token, &info, &request_id::of(&parts.extensions));
        let base = Base::of(parts, state.settings.secure_cookies);
        Ok(Self { services: state.services.clone(), base, ctx, info })
    }
}
