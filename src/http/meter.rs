//! What is counted of requests: by the route's template, never by the path as it was asked for.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, describe_counter, describe_histogram, histogram};

const REQUESTS: &str = "arcus_http_requests_total";
const SECONDS: &str = "arcus_http_request_duration_seconds";
/// What is asked for at no route: files, and what is not there.
const NO_ROUTE: &str = "none";

/// Says what the numbers mean.
pub fn describe() {
    describe_counter!(REQUESTS, "Requests answered, by service, method, route and class of status");
    describe_histogram!(SECONDS, "Seconds from a request's head to its answer's, by service, method and route");
}

/// Counts the request and how long its answer took to begin.
pub async fn count(request: Request, next: Next) -> Response {
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| NO_ROUTE.to_owned(), |path| path.as_str().to_owned());
    let (service, method) = (service(&route), method(request.method()));
    let began = Instant::now();
    let response = next.run(request).await;
    histogram!(SECONDS, "service" => service, "method" => method, "route" => route.clone()).record(began.elapsed());
    let status = class(response.status());
    counter!(REQUESTS, "service" => service, "method" => method, "route" => route, "status" => status).increment(1);
    response
}

/// Whose route it is.
pub fn service(route: &str) -> &'static str {
    const SERVICES: [&str; 5] = ["identity", "compute", "image", "network", "volume"];
    let first = route.trim_start_matches('/').split('/').next().unwrap_or_default();
    SERVICES.into_iter().find(|service| *service == first).unwrap_or("dashboard")
}

/// A client may name any method.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
