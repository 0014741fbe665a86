//! What a proxy in front of Arcus says of the client, believed only of proxies that the settings name.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

/// How the client sees the cloud, where a proxy has told.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// `http` or `https`.
    pub scheme: Option<String>,
    /// What the proxy takes away from the beginning of every path; begins with a slash, ends without, or is empty.
    pub prefix: String,
}

/// Takes over what a trusted proxy says by `X-Forwarded-For`, `-Host`, `-Proto` and `-Prefix`. From anybody else these
/// headers mean nothing: who could choose the address of links and of sign-ins could deceive others.
pub async fn believe(State(trusted): State<Arc<[IpNet]>>, mut request: Request, next: Next) -> Response {
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| *from);
    if let Some(from) = from.filter(|from| is_trusted(&trusted, from.ip())) {
        if let Some(host) = request.headers().get("x-forwarded-host").cloned() {
            request.headers_mut().insert(HOST, host);
        }
        let outside = Outside { scheme: scheme(request.headers()), prefix: prefix(request.headers()) };
        let client = client(request.headers(), &trusted).unwrap_or(from.ip());
        request.extensions_mut().insert(outside);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, from.port())));
    }
    next.run(request).await
}

fn is_trusted(trusted: &[IpNet], address: IpAddr) -> bool {
    trusted.iter().any(|net| net.contains(&address.to_canonical()))
}

fn scheme(headers: &HeaderMap) -> Option<String> {
    let scheme = headers.get("x-forwarded-proto")?.to_str().ok()?.to_lowercase();
    ["http", "https"].contains(&scheme.as_str()).then_some(scheme)
}

fn prefix(headers: &HeaderMap) -> String {
    let prefix = headers.get("x-forwarded-prefix").and_then(|prefix| prefix.to_str().ok()).unwrap_or_default();
    let prefix = prefix.trim_end_matches('/');
    if prefix.starts_with('/') && !prefix.starts_with("//") { prefix.to_owned() } else { String::new() }
}

/// The last address that no trusted proxy has: each appends who asked it, and what stands before is hearsay.
fn client(headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let hops: Vec<&str> = lines.iter().flat_map(|line| line.split(',')).collect();
    let known = hops.into_iter().rev().map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    let mut last = None;
    for hop in known {
        last = Some(hop);
        if !is_trusted(trusted, hop) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_the_last_that_no_proxy_of_ours_is() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let client = |value: &str| {
            let headers = [("x-forwarded-for".parse().unwrap(), value.parse().unwrap())].into_iter().collect();
            client(&headers, &trusted).map(|address: IpAddr| address.to_string())
        };
        assert_eq!(client("192.0.2.7").as_deref(), Some("192.0.2.7"));
        assert_eq!(client("198.51.100.1, 192.0.2.7, 10.0.0.2").as_deref(), Some("192.0.2.7"));
        assert_eq!(client("10.0.0.3, 10.0.0.2").as_deref(), Some("10.0.0.3"));
        assert_eq!(client("nonsense"), None);
    }
}
