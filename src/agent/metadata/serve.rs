//! HTTP for guests, who may do with their end of it as they like.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::crowd::{Crowd, Place};
use super::{Documents, Origin, seed};
use crate::agent::conductor::Conductor;
use crate::model::Result;

/// How long a guest may take to send a request's head; also how long it may idle between two.
const HEAD_WITHIN: Duration = Duration::from_secs(5);
/// How long a connection may last in all.
const CONNECTION_WITHIN: Duration = Duration::from_secs(60);
/// How long the conductor may take: about as long as guests wait.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// The most bytes of a request's head.
const HEAD_BYTES: usize = 16 * 1024;
/// A pause when no connection can be accepted, such as for lack of file descriptors.
const BREATHER: Duration = Duration::from_millis(100);

/// Whom a listener serves, and whom it asks.
struct Desk {
    origin: Origin,
    conductor: Arc<Conductor>,
}

/// Serves whoever connects, until it is dropped with all its connections.
pub async fn serve(socket: TcpListener, origin: Origin, conductor: Arc<Conductor>) {
    let (desk, crowd) = (Arc::new(Desk { origin, conductor }), Crowd::default());
    let mut connections = JoinSet::new();
    loop {
        match socket.accept().await {
            Ok((stream, caller)) => {
                while connections.try_join_next().is_some() {}
                // One for whom there is no place is hung up on.
                if let Some(place) = crowd.enter(caller.ip()) {
                    connections.spawn(timeout(CONNECTION_WITHIN, converse(stream, caller.ip(), desk.clone(), place)));
                }
            }
            Err(error) => {
                tracing::debug!(%error, "the metadata service could not accept a connection");
                sleep(BREATHER).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, caller: IpAddr, desk: Arc<Desk>, _place: Place) {
    let answer = service_fn(|request| {
        let desk = desk.clone();
        async move { Ok::<_, Infallible>(desk.answer(caller, &request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), answer);
    if let Err(error) = connection.await {
        tracing::debug!(%error, %caller, "a guest broke off");
    }
}

impl Desk {
    /// The request's path is all that counts of it: who asks is not for the guest to say.
    async fn answer(&self, caller: IpAddr, request: &Request<Incoming>) -> Response<String> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut refusal = plain(StatusCode::METHOD_NOT_ALLOWED, "Metadata can only be read.\n");
            refusal.headers_mut().insert(ALLOW, hyper::header::HeaderValue::from_static("GET, HEAD"));
            return refusal;
        }
        let path = request.uri().path();
        match timeout(ANSWER_WITHIN, self.find(caller, path)).await {
            Ok(Ok(Some(text))) => {
                let mut found = plain(StatusCode::OK, text);
                found.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type(path)));
                found
            }
            Ok(Ok(None)) => plain(StatusCode::NOT_FOUND, "There is nothing here.\n"),
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(%caller, path, "metadata could not be told: the conductor does not answer");
                plain(StatusCode::SERVICE_UNAVAILABLE, "Metadata is not available right now. Try again.\n")
            }
        }
    }

    async fn find(&self, caller: IpAddr, path: &str) -> Result<Option<String>> {
        let IpAddr::V4(ip) = caller else { return Ok(None) };
        let metadata = self.conductor.metadata(self.origin.holder_of(ip)).await?;
        Ok(metadata.and_then(|metadata| Documents::new(&metadata, &seed()).at(path)))
    }
}

fn plain(status: StatusCode, text: impl Into<String>) -> Response<String> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response
}

fn content_type(path: &str) -> &'static str {
    match path.trim_end_matches('/').rsplit('/').next() {
        Some(name) if name.ends_with(".json") => "application/json",
        Some("user_data" | "user-data") => "application/octet-stream",
        _ => "text/plain; charset=utf-8",
    }
}
