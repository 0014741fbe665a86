//! How a server function's answer becomes an HTTP response.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION, LOCATION};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::params::ParamsMap;
use tower_sessions::Session;

use crate::control::Asker;
use crate::dashboard::server::ctx;
use crate::model::{Error, Kind, Result};

/// Passes a service's answer on. A refusal gets the request's id and decides the response's status; a fault of ours
/// is logged with its cause.
pub(crate) async fn answer<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let result = work.await;
    result.map_err(|error| {
        let error = match ctx() {
            Ok(ctx) => error.with_request_id(&ctx.request_id),
            Err(_) => error,
        };
        if error.kind() == Kind::Internal {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(request_id = error.request_id, cause, "{error}");
        }
        set_status(&error);
        error
    })
}

/// A plain form's refusal is a redirect to the page with the error in its address, so its status is not ours to set.
pub(crate) fn set_status(error: &Error) {
    if let Some(asker) = asker() {
        asker.refused(error);
    }
    if plain_form() {
        return;
    }
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status(error.kind()));
    }
}

/// Where who asks is noted, if the request is one to be recorded.
pub(crate) fn asker() -> Option<Asker> {
    use_context::<Parts>()?.extensions.get::<Asker>().cloned()
}

fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::BadRequest => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden | Kind::OverQuota => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Whether a browser posted a form by itself, without the page's script.
pub(crate) fn plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        parts.method == Method::POST && accept.contains("text/html")
    })
}

/// Sends a plain form's browser to `location` whatever the outcome; a page with script stays where it is.
pub(crate) fn see(location: &str) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    if let (true, Ok(location)) = (plain_form(), HeaderValue::from_str(location)) {
        response.insert_header(LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// Goes on to `location` after success, with and without script.
pub(crate) fn redirect(location: &str) {
    leptos_axum::redirect(location);
    if let (true, Some(response)) = (plain_form(), use_context::<ResponseOptions>()) {
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// Goes on to `page` after success, which then says what was `done` (`created`, `saved`, `deleted`, …) to `name`.
pub(crate) fn done(page: &str, done: &str, name: &str) {
    let mut params = ParamsMap::new();
    params.insert("flash", done.to_owned());
    params.insert("name", name.to_owned());
    let query = params.to_query_string();
    let more = query.trim_start_matches('?');
    redirect(&format!("{page}{}{more}", if page.contains('?') { '&' } else { '?' }));
}

/// Lets a plain form's browser save the answer as a file instead of leaving its page.
pub(crate) fn download(file_name: &str) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{file_name}\"")) {
        response.insert_header(CONTENT_DISPOSITION, disposition);
        response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.set_status(StatusCode::OK);
    }
}

/// Keeps the token in the session, where the HTTP layer finds it at the next request.
pub(crate) async fn remember_token(session: &Session, token: &str) -> Result<()> {
    session.insert("token", token).await.map_err(Error::internal)
}

/// Where the request came from, for throttling.
pub(crate) fn remote_address() -> Option<IpAddr> {
    let parts = use_context::<Parts>()?;
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Noun, Reason};

    #[test]
    fn another_projects_thing_is_answered_with_404() {
        assert_eq!(status(Error::not_found(Noun::Instance, "x").kind()), StatusCode::NOT_FOUND);
        assert_eq!(status(Error::from(Reason::NotAuthenticated).kind()), StatusCode::UNAUTHORIZED);
    }
}
