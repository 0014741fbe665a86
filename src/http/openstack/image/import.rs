//! `POST /image/v2/images/{id}/import`: data that the service fetches itself.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::{Error, Kind, Reason};

/// There is one store, so whatever is said of stores comes to the same.
#[derive(Deserialize)]
pub struct Import {
    method: Method,
}

#[derive(Deserialize)]
struct Method {
    name: String,
    uri: Option<String>,
}

/// Begins it; the image's status tells how it goes.
pub async fn begin(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    Body(Import { method }): Body<Import>,
) -> Result<StatusCode, Failure> {
    let enabled = services.image.import_methods();
    if !enabled.is_empty() && !enabled.contains(&method.name.as_str()) {
        return Err(Error::not_a_choice("method", method.name, enabled.join(", ")).into());
    }
    let uri = method.uri.unwrap_or_default();
    let begun = services.image.import(&auth.ctx, &id.into(), &uri).await;
    begun.map_err(|error| match error.reason {
        // The record lacks what it must say first; the request is in order.
        Reason::Required { .. } => Failure::of_kind(error, Kind::Conflict),
        _ => error.into(),
    })?;
    Ok(StatusCode::ACCEPTED)
}
