//! What the router refuses by itself: a method that a path does not have, a path or a query that cannot be read.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::ALLOW;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::http::failure::Failure;

/// The most bytes of what the router says.
const MAX_WORDS: usize = 1 << 16;

/// Makes a failure of such a refusal, which the service then words like its own. An address that there is not stays
/// what it is: no service answers for it.
pub async fn as_failure(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    let worded = response.extensions().get::<Failure>().is_some();
    if worded || !status.is_client_error() || status == StatusCode::NOT_FOUND {
        return response;
    }
    let (parts, body) = response.into_parts();
    let said = to_bytes(body, MAX_WORDS).await.unwrap_or_default();
    let words = match status {
        StatusCode::METHOD_NOT_ALLOWED => format!("{method} is not possible here."),
        _ => String::from_utf8_lossy(&said).trim().to_owned(),
    };
    let mut refusal = Failure::of_request(status, words).into_response();
    if let Some(methods) = parts.headers.get(ALLOW) {
        refusal.headers_mut().insert(ALLOW, methods.clone());
    }
    refusal
}
