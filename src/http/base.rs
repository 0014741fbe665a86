//! The address by which the client reached us; links and the catalog carry the same.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use super::classic::{self, OwnPort};
use super::proxy::Outside;
use super::state::AppState;

/// Where the client sees the cloud.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// `http` or `https`.
    scheme: String,
    /// Host and port, as the client wrote them.
    host: String,
    /// What a proxy has put before every path, such as `/cloud`; else nothing.
    prefix: String,
    /// Whether it came to a port that is one service's own.
    classic: bool,
}

impl Base {
    /// Of a request; behind TLS (`secure`) the scheme is `https`.
    pub fn of(parts: &Parts, secure: bool) -> Self {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.or(parts.uri.authority().map(|authority| authority.as_str())).unwrap_or("localhost");
        let Outside { scheme, prefix } = parts.extensions.get::<Outside>().cloned().unwrap_or_default();
        let usual = if secure { "https" } else { "http" };
        Self {
            scheme: scheme.unwrap_or_else(|| usual.to_owned()),
            host: host.to_owned(),
            prefix,
            classic: parts.extensions.get::<OwnPort>().is_some(),
        }
    }

    /// The whole address of one of our paths, such as `http://127.0.0.1:8080/compute/v2.1` of `/compute/v2.1`, or
    /// `http://127.0.0.1:8774/v2.1` for a client that came to a service's own port.
    pub fn url(&self, path: &str) -> String {
        let Self { scheme, host, prefix, .. } = self;
        match classic::at_own_port(path).filter(|_| self.classic) {
            Some((port, rest)) => format!("{scheme}://{}:{port}{rest}", without_port(host)),
            None => format!("{scheme}://{host}{prefix}{path}"),
        }
    }
}

fn without_port(host: &str) -> String {
    host.parse::<Authority>().map_or_else(|_| host.to_owned(), |authority| authority.host().to_owned())
}

impl FromRequestParts<AppState> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, state.settings.secure_cookies))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn parts(host: &str) -> Parts {
        Request::builder().header(HOST, host).body(()).unwrap().into_parts().0
    }

    #[test]
    fn links_carry_what_the_client_used() {
        assert_eq!(Base::of(&parts("cloud:8080"), false).url("/image/v2"), "http://cloud:8080/image/v2");
        assert_eq!(Base::of(&parts("cloud"), true).url(""), "https://cloud");
        let mut behind = parts("cloud");
        behind.extensions.insert(Outside { scheme: Some("https".into()), prefix: "/lab".into() });
        assert_eq!(Base::of(&behind, false).url("/image/v2"), "https://cloud/lab/image/v2");
    }

    #[test]
    fn who_came_to_a_service_s_own_port_is_led_to_the_others() {
        let mut parts = parts("[::1]:5000");
        parts.extensions.insert(OwnPort);
        let base = Base::of(&parts, false);
        assert_eq!(base.url("/identity/v3/"), "http://[::1]:5000/v3/");
        assert_eq!(base.url("/compute"), "http://[::1]:8774");
        assert_eq!(base.url("/vnc_auto.html?path=x"), "http://[::1]:6080/vnc_auto.html?path=x");
    }
}
