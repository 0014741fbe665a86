//! Whether a request that acts on somebody's cookie comes from our own pages.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::failure::Failure;
use crate::model::Reason;

/// Refuses every changing request that does not come from our own pages; for routes that know cookies.
pub async fn ours_only(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_ours(request.headers()) {
        return next.run(request).await;
    }
    Failure::from(Reason::BadOrigin).into_response()
}

/// Whether the browser says that one of our own pages made the request. Browsers send `Origin` with every form and
/// WebSocket; one that leaves it out must vouch by `Sec-Fetch-Site`, which no page can forge.
pub fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(ORIGIN.as_str()), text("sec-fetch-site")) {
        (Some(origin), _) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(HOST.as_str())
        }
        (None, site) => site == Some("same-origin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(headers: &[(&'static str, &str)]) -> bool {
        is_ours(&headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect())
    }

    #[test]
    fn only_our_own_pages_are_believed() {
        let host = ("host", "cloud.example:8080");
        assert!(verdict(&[host, ("origin", "http://cloud.example:8080")]));
        assert!(verdict(&[host, ("origin", "https://cloud.example:8080"), ("sec-fetch-site", "cross-site")]));
        assert!(verdict(&[host, ("sec-fetch-site", "same-origin")]));
        assert!(!verdict(&[host, ("origin", "http://cloud.example")]), "another port");
        assert!(!verdict(&[host, ("origin", "http://evil.example:8080")]));
        assert!(!verdict(&[host, ("origin", "null"), ("sec-fetch-site", "same-origin")]), "a sandboxed frame");
        assert!(!verdict(&[host, ("sec-fetch-site", "same-site")]));
        assert!(!verdict(&[host]), "nobody vouches");
        assert!(!verdict(&[("origin", "null")]), "no host at all");
    }
}
