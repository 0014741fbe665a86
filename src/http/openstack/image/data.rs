//! `/image/v2/images/{id}/file`: an image's data, never held whole.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt as _;
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::{Auth, header};
use crate::http::openstack::body::is_silence;
use crate::model::{Error, Noun, Reason};

const OCTETS: &str = "application/octet-stream";
/// Bytes read from the file at once.
const CHUNK: usize = 256 * 1024;

/// `PUT`: takes the data in as it comes, of any size.
pub async fn upload(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Failure> {
    if header(request.headers(), CONTENT_TYPE.as_str()) != Some(OCTETS) {
        let why = format!("The body must be {OCTETS}.");
        return Err(Failure::of_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    let silent = AtomicBool::new(false);
    let notice = |error: &axum::Error| silent.store(is_silence(error), Ordering::Relaxed);
    let data = request.into_body().into_data_stream().inspect_err(notice);
    let uploaded = services.image.upload(&auth.ctx, &id.into(), data, None).await;
    uploaded.map_err(|error| match silent.load(Ordering::Relaxed) {
        true => Failure::from(error).with_status(StatusCode::REQUEST_TIMEOUT),
        false => error.into(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET`: streams the data out; 204 while there is none, and for an image that needs none.
pub async fn download(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (image, path) = match services.image.file(&auth.ctx, &id.into()).await {
        // No data is not an error: there is nothing to send yet.
        Err(Error { reason: Reason::ImageNotActive { .. }, .. }) => return Ok(StatusCode::NO_CONTENT.into_response()),
        Ok((image, _)) if image.is_empty() => return Ok(StatusCode::NO_CONTENT.into_response()),
        found => found?,
    };
    let gone = |error| Error::because(Error::not_found(Noun::Image, image.id.as_str()).reason, error);
    let file = File::open(&path).await.map_err(gone)?;
    let size = file.metadata().await.map_err(gone)?.len();
    let headers = [(CONTENT_TYPE, OCTETS.to_owned()), (CONTENT_LENGTH, size.to_string())];
    let checksum = image.checksum.map(|md5| [(HeaderName::from_static("content-md5"), md5)]);
    let body = Body::from_stream(ReaderStream::with_capacity(file, CHUNK));
    Ok(match checksum {
        Some(checksum) => (headers, checksum, body).into_response(),
        None => (headers, body).into_response(),
    })
}
