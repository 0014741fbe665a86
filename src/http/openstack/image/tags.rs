//! `/image/v2/images/{id}/tags/{tag}`.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;

/// `PUT`: having it already is no failure.
pub async fn add(
    State(services): State<Services>,
    auth: Auth,
    Path((id, tag)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    services.image.add_tag(&auth.ctx, &id.into(), &tag).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE`.
pub async fn remove(
    State(services): State<Services>,
    auth: Auth,
    Path((id, tag)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    services.image.remove_tag(&auth.ctx, &id.into(), &tag).await?;
    Ok(StatusCode::NO_CONTENT)
}
