//! Request bodies: JSON, whatever the content type says, as OpenStack's services read them.

use std::error::Error;

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use tokio_util::bytes::Bytes;
use tower_http::timeout::TimeoutError;

use crate::http::MAX_BODY;
use crate::http::failure::Failure;
use crate::http::state::AppState;
use crate::model::Reason;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failure> {
        let arrived = timeout(state.settings.patience.body, Bytes::from_request(request, state)).await;
        let bytes = arrived.map_err(|_| too_slow())?.map_err(refused)?;
        let value = serde_json::from_slice(&bytes).map_err(|error| Reason::Malformed { why: error.to_string() })?;
        Ok(Self(value))
    }
}

fn refused(rejection: BytesRejection) -> Failure {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let why = format!("The body is longer than {MAX_BODY} bytes, the most that is read.");
            Failure::of_request(StatusCode::PAYLOAD_TOO_LARGE, why)
        }
        _ if is_silence(&rejection) => too_slow(),
        status => Failure::of_request(status, rejection.body_text()),
    }
}

fn too_slow() -> Failure {
    Failure::of_request(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time.")
}

/// Whether a body ended because nothing more came of it.
pub fn is_silence(error: &(dyn Error + 'static)) -> bool {
    error.is::<TimeoutError>() || error.source().is_some_and(is_silence)
}
