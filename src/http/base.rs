//! The address by which the client reached us; links and the catalog carry the same.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;

use super::state::AppState;

/// Scheme, host and port as the client used them, such as `http://127.0.0.1:8080`.
#[derive(Debug, Clone, PartialEq)]
pub struct Base(pub String);

impl Base {
    /// Of a request; behind TLS (`secure`) the scheme is `https`.
    pub fn of(parts: &Parts, secure: bool) -> Self {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or(parts.uri.authority().map(|authority| authority.as_str())).unwrap_or("localhost");
        Self(format!("{}://{host}", if secure { "https" } else { "http" }))
    }
}

impl std::fmt::Display for Base {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromRequestParts<AppState> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, state.settings.secure_cookies))
    }
}
