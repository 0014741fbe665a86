//! `/image/v2/images`: records.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::listing::{member_status, page, wants_community};
use super::patch::Patch;
use super::record::{Record, view};
use crate::control::Services;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::Pairs;
use crate::model::step::Step;
use crate::model::{Kind, Noun, Reason};

/// How data can come beside an upload; said of each new record.
const IMPORT_METHODS: HeaderName = HeaderName::from_static("openstack-image-import-methods");

/// `GET`: the images that the caller may see.
pub async fn list(State(services): State<Services>, auth: Auth, query: Pairs) -> Result<Json<Value>, Failure> {
    let (status, community) = (member_status(&query)?, wants_community(&query));
    let images = services.image.images_among(&auth.ctx, status, community).await?;
    Ok(Json(page(images.iter().map(view).collect(), &query)?))
}

/// `GET …/{id}`; the first thing that an agent asks of this service in a launch.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    auth.note(&services, Step::IMAGE_TOKEN_CHECKED).await;
    Ok(Json(view(&services.image.image(&auth.ctx, &id.into()).await?)))
}

/// `POST`: a record without data.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    Body(record): Body<Record>,
) -> Result<Response, Failure> {
    let image = services.image.create(&auth.ctx, record.try_into()?).await?;
    let location = base.url(&format!("/image/v2/images/{}", image.id));
    let mut answer = (StatusCode::CREATED, [(LOCATION, location)], Json(view(&image))).into_response();
    // A header that says nothing is none.
    let methods = services.image.import_methods().join(",");
    if let Some(methods) = HeaderValue::from_str(&methods).ok().filter(|methods| !methods.is_empty()) {
        answer.headers_mut().insert(IMPORT_METHODS, methods);
    }
    Ok(answer)
}

/// `PATCH …/{id}`: all of the changes or none.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    Patch(patch): Patch,
) -> Result<Json<Value>, Failure> {
    let changed = services.image.update(&auth.ctx, &id.into(), patch).await;
    let image = changed.map_err(|error| match error.reason {
        // The image is there; it is the patch that does not fit it.
        Reason::NotFound { noun: Noun::Property, .. } => Failure::of_kind(error, Kind::Conflict),
        _ => error.into(),
    })?;
    Ok(Json(view(&image)))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.image.delete(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST …/{id}/actions/deactivate`.
pub async fn deactivate(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.image.set_active(&auth.ctx, &id.into(), false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST …/{id}/actions/reactivate`.
pub async fn reactivate(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.image.set_active(&auth.ctx, &id.into(), true).await?;
    Ok(StatusCode::NO_CONTENT)
}
