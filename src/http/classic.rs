//! The ports on which OpenStack's services listen where each has its own, for clients that know no other.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use tower::util::MapRequest;

/// Each service's path on the one port, and its own port. What is none of theirs is the console's.
pub const PORTS: [(&str, u16); 6] =
    [("/identity", 5000), ("/compute", 8774), ("/image", 9292), ("/network", 9696), ("/volume", 8776), ("", 6080)];

/// Marks a request that came to a service's own port.
#[derive(Debug, Clone, Copy)]
pub struct OwnPort;

/// The port of the service that answers a path of the one port, and what the path is there.
pub fn at_own_port(path: &str) -> Option<(u16, &str)> {
    PORTS.iter().find_map(|(service, port)| Some((*port, path.strip_prefix(service)?)))
}

/// Everything that is below `service` on the one port, without that.
pub fn alone(
    router: Router,
    service: &'static str,
) -> MapRequest<Router, impl Fn(Request) -> Request + Clone + Send + Sync + 'static> {
    MapRequest::new(router, move |mut request: Request| {
        if let Some(uri) = below(service, request.uri()) {
            *request.uri_mut() = uri;
        }
        request.extensions_mut().insert(OwnPort);
        request
    })
}

fn below(service: &str, uri: &Uri) -> Option<Uri> {
    let wanted = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{service}{wanted}").parse().ok()?);
    Uri::from_parts(parts).ok()
}
