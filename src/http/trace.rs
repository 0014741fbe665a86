//! One log line a request. It names the path without the query, which may hold a console's ticket, and no header.

use std::error::Error as _;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::failure::Failure;
use super::request_id;
use crate::bus::trace;
use crate::model::Error;

/// Runs the request in a span of its own, logs how it went, and the cause of a failure once.
pub async fn log(request: Request, next: Next) -> Response {
    let span = tracing::info_span!(
        "request",
        request_id = request_id::of(request.extensions()),
        method = %request.method(),
        path = request.uri().path(),
    );
    let traced = traced(&request);
    let began = Instant::now();
    async move {
        let response = next.run(request).instrument(traced.clone()).await;
        traced.record("http.response.status_code", response.status().as_u16());
        if response.status().is_server_error() {
            traced.record("otel.status_code", "error");
        }
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

/// The request's part of a trace, the client's if it has one. Neither files nor what there is not are traced.
fn traced(request: &Request) -> Span {
    let Some(route) = request.extensions().get::<MatchedPath>() else { return Span::none() };
    let span = trace::span!(
        "server",
        format!("{} {}", request.method(), route.as_str()),
        request_id = request_id::of(request.extensions()),
        http.response.status_code = Empty,
        otel.status_code = Empty,
    );
    let came_along = request.headers().get(trace::HEADER).and_then(|value| value.to_str().ok());
    trace::join(span, came_along)
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
