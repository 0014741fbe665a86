//! The front door: whoever connects is served, with a limit to how long a client may keep it waiting.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::{Service, ServiceExt as _};

use super::patience::Patience;

/// A pause when no connection can be accepted, such as for lack of file descriptors.
const BREATHER: Duration = Duration::from_millis(100);

/// Serves until `stopping`; then what was asked is still answered, and it comes back when nobody is connected any more.
pub async fn serve<S>(listener: TcpListener, answers: S, patience: Patience, stopping: CancellationToken)
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stopping.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, client)) => {
                // An answer's last part is not to wait until the client has confirmed those before it. Where it cannot be
                // set, the connection is gone already.
                let _ = stream.set_nodelay(true);
                connections.spawn(converse(stream, client, answers.clone(), patience, stopping.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(BREATHER).await;
            }
        }
    }
    connections.close();
    connections.wait().await;
}

async fn converse<C, S>(stream: C, client: SocketAddr, answers: S, patience: Patience, stopping: CancellationToken)
where
    C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(client));
        answers.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %client, "a client broke off");
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    /// The client's end of a connection to a server that waits for heads so long.
    fn connect(head: Duration, stopping: &CancellationToken) -> DuplexStream {
        let (client, server) = duplex(1 << 16);
        let router =
            Router::new().route("/", get(async |ConnectInfo(client): ConnectInfo<SocketAddr>| client.to_string()));
        let patience = Patience { head, ..Patience::default() };
        let address = "192.0.2.1:7".parse().unwrap();
        tokio::spawn(converse(server, address, router, patience, stopping.clone()));
        client
    }

    async fn said(mut client: DuplexStream) -> String {
        let mut said = String::new();
        client.read_to_string(&mut said).await.unwrap();
        said
    }

    #[tokio::test]
    async fn who_does_not_finish_a_request_s_head_is_hung_up_on() {
        let mut client = connect(Duration::from_millis(1), &CancellationToken::new());
        client.write_all(b"GET / HTTP/1.1\r\nHost: ").await.unwrap();
        assert_eq!(said(client).await, "");
    }

    #[tokio::test]
    async fn who_asks_nothing_more_is_hung_up_on_after_the_answer() {
        let mut client = connect(Duration::from_millis(1), &CancellationToken::new());
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let said = said(client).await;
        assert!(said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with("\r\n\r\n192.0.2.1:7"), "{said}");
    }

    #[tokio::test]
    async fn a_server_that_stops_waits_for_no_further_request() {
        let stopping = CancellationToken::new();
        let client = connect(Duration::from_secs(3600), &stopping);
        stopping.cancel();
        assert_eq!(said(client).await, "");
    }
}
