//! `/image/v2/images/{id}/file`: an image's data, never held whole.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::{Auth, header};
use crate::http::openstack::errors::image_fault;
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
) -> Result<Response, Failure> {
    if header(request.headers(), CONTENT_TYPE.as_str()) != Some(OCTETS) {
        return Ok(image_fault(StatusCode::UNSUPPORTED_MEDIA_TYPE, &format!("Send {OCTETS}.")));
    }
    services.image.upload(&auth.ctx, &id.into(), request.into_body().into_data_stream(), None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET`: streams the data out; 204 while there is none.
pub async fn download(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (image, path) = match services.image.file(&auth.ctx, &id.into()).await {
        // No data is not an error: there is nothing to send yet.
        Err(Error { reason: Reason::ImageNotActive { .. }, .. }) => return Ok(StatusCode::NO_CONTENT.into_response()),
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
