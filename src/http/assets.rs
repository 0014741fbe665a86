//! Files of the site directory: the browser half, styles, noVNC's library.

use std::path::Path;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use tower_http::services::ServeDir;

/// Serves the files of `dir`, compressed ahead where there is a `.br` or `.gz` beside them; `missing` answers for
/// what is not there.
pub fn files(dir: &Path, missing: Router) -> Router {
    let files = ServeDir::new(dir)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(missing);
    Router::new().fallback_service(files).layer(from_fn(cache))
}

/// An address that names its version never changes what it means; every other file is asked for again each time, and
/// answered with "not modified" by its tag.
async fn cache(mut request: Request, next: Next) -> Response {
    let versioned = request.uri().query().is_some_and(|query| query.starts_with("v=") || query.contains("&v="));
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    if known.is_some() {
        request.headers_mut().remove(IF_MODIFIED_SINCE);
    }
    let mut response = next.run(request).await;
    let Some(tag) = tag(response.headers()) else { return response };
    let fresh = known.as_ref() == Some(&tag);
    let policy = if versioned { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(policy));
    headers.insert(ETAG, tag);
    headers.entry(VARY).or_insert(HeaderValue::from_static("accept-encoding"));
    if !fresh {
        return response;
    }
    let kept = |name: HeaderName| response.headers().get(&name).cloned().map(|value| (name, value));
    let headers: HeaderMap = [CACHE_CONTROL, ETAG, LAST_MODIFIED, VARY].into_iter().filter_map(kept).collect();
    (StatusCode::NOT_MODIFIED, headers).into_response()
}

/// Made of the file's time and size; only files have both.
fn tag(headers: &HeaderMap) -> Option<HeaderValue> {
    let modified = headers.get(LAST_MODIFIED)?.to_str().ok()?;
    let size = headers.get(CONTENT_LENGTH)?.to_str().ok()?;
    let digits: String = modified.chars().filter(char::is_ascii_alphanumeric).collect();
    HeaderValue::from_str(&format!("W/\"{digits}-{size}\"")).ok()
}
