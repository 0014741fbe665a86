//! Request bodies: JSON, whatever the content type says, as OpenStack's services read them.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use tokio_util::bytes::Bytes;

use crate::http::failure::Failure;
use crate::model::Reason;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| Reason::Malformed { why: rejection.body_text() })?;
        let value = serde_json::from_slice(&bytes).map_err(|error| Reason::Malformed { why: error.to_string() })?;
        Ok(Self(value))
    }
}
