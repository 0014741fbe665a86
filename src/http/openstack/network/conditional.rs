//! `If-Match: revision_number=5`: only what has not changed in between is changed.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::http::failure::Failure;
use crate::http::openstack::auth::{Auth, header};
use crate::http::state::AppState;
use crate::model::Reason;

/// The caller of a change, whose context knows of the condition.
pub struct Change(pub Auth);

impl FromRequestParts<AppState> for Change {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let mut auth = Auth::from_request_parts(parts, state).await?;
        if let Some(condition) = header(&parts.headers, "if-match") {
            let revision = condition.trim().trim_matches('"').strip_prefix("revision_number=");
            let malformed = || Reason::Malformed { why: "If-Match takes revision_number=NUMBER alone".to_owned() };
            auth.ctx.only_at = Some(revision.and_then(|number| number.parse().ok()).ok_or_else(malformed)?);
        }
        Ok(Self(auth))
    }
}
