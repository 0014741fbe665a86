//! One record of everything that somebody changed or tried to: who, what, from where, and how it ended. It holds neither
//! bodies nor headers, and so no secret.

mod unchanging;

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;

pub use self::unchanging::UNCHANGING;
use super::failure::Failure;
use super::{meter, request_id};
use crate::control::{Asker, Who};
use crate::model::Error;

/// What the events are called that carry a record, as JSON, in field `record`.
pub const TARGET: &str = "audit";
/// Where server functions are.
const FUNCTIONS: &str = "/api/";
/// The most characters of a path's part.
const MAX_TARGET: usize = 255;

#[derive(Serialize)]
struct Record {
    time: String,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<String>,
    roles: Vec<String>,
    service: &'static str,
    method: String,
    route: String,
    /// The dashboard's own name for what is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<String>,
    /// What the route's variable parts were.
    target: serde_json::Map<String, Value>,
    client: Option<IpAddr>,
    status: u16,
    result: &'static str,
    /// The reason's code, as in the dashboard's errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Has every request that may change something recorded, refused ones too.
pub async fn record(mut request: Request, next: Next) -> Response {
    let Some(route) = to_be_recorded(&request) else { return next.run(request).await };
    let asker = Asker::default();
    request.extensions_mut().insert(asker.clone());
    let target = target(&route, request.uri().path());
    let request_id = request_id::of(request.extensions());
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip());
    let method = request.method().to_string();
    let response = next.run(request).await;

    let failure = response.extensions().get::<Failure>().map(|failure| &failure.error);
    let error = failure.or(asker.refusal()).map(code);
    let status = response.status();
    let bad = error.is_some() || status.is_client_error() || status.is_server_error();
    let Who { user_id, user_name, project_id, roles } = asker.who().cloned().unwrap_or_default();
    let record = Record {
        time: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
        request_id,
        user_id: some(user_id.to_string()),
        user_name: some(user_name),
        project_id: some(project_id.to_string()),
        roles,
        service: meter::service(&route),
        method,
        function: route.strip_prefix(FUNCTIONS).map(str::to_owned),
        route,
        target,
        client,
        status: status.as_u16(),
        result: if bad { "refused" } else { "done" },
        error,
    };
    match serde_json::to_string(&record) {
        Ok(text) => tracing::info!(target: TARGET, record = text),
        Err(error) => tracing::error!(%error, "something cannot be recorded for the audit"),
    }
    response
}

/// The template of the request's route, if what is there may change something.
fn to_be_recorded(request: &Request) -> Option<String> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let route = request.extensions().get::<MatchedPath>()?.as_str();
    let known = !route.ends_with("/{*rest}") && !UNCHANGING.contains(&route);
    (!reads && known).then(|| route.to_owned())
}

fn target(route: &str, path: &str) -> serde_json::Map<String, Value> {
    let parts = route.split('/').zip(path.split('/'));
    let named = parts.filter_map(|(name, value)| Some((name.strip_prefix('{')?.strip_suffix('}')?, value)));
    named.map(|(name, value)| (name.to_owned(), value.chars().take(MAX_TARGET).collect::<String>().into())).collect()
}

fn code(error: &Error) -> String {
    let reason = serde_json::to_value(&error.reason).unwrap_or_default();
    reason["code"].as_str().unwrap_or("unknown").to_owned()
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn what_a_route_s_variable_parts_were_is_told_by_name() {
        let found = target("/network/v2.0/{collection}/{id}/tags", "/network/v2.0/ports/4711/tags");
        assert_eq!(serde_json::Value::from(found), serde_json::json!({ "collection": "ports", "id": "4711" }));
    }
}
