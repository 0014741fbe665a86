//! One log line a request. It names the path without the query, which may hold a console's ticket, and no header.

use std::error::Error as _;
use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::failure::Failure;
use super::request_id;
use crate::model::Error;

/// Runs the request in a span of its own, logs how it went, and the cause of a failure once.
pub async fn log(request: Request, next: Next) -> Response {
    let span = tracing::info_span!(
        "request",
        request_id = request_id::of(request.extensions()),
        method = %request.method(),
        path = request.uri().path(),
    );
    let began = Instant::now();
    async move {
        let response = next.run(request).await;
        if let Some(failure) = response.extensions().get::<Failure>() {
            log_cause(&failure.error);
        }
        let (status, latency_ms) = (response.status().as_u16(), began.elapsed().as_secs_f64() * 1000.0);
        tracing::info!(status, latency_ms, "answered");
        response
    }
    .instrument(span)
    .await
}

/// Logs what is behind an error, if anything is; for answers that carry no failure, such as redirects.
pub fn log_cause(error: &Error) {
    let mut causes = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    if !causes.is_empty() {
        tracing::error!(cause = causes.join(": "), "{error}");
    }
}
