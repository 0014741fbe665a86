//! What Prometheus is told, and who else is not.

use std::net::{IpAddr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use tower::ServiceExt as _;

use super::{Front, PROXY, SCRAPER};
use crate::telemetry;

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

async fn asked(front: &Front, from: IpAddr, forwarded_for: Option<&str>) -> (StatusCode, String) {
    let mut request = Request::get("/metrics");
    if let Some(client) = forwarded_for {
        request = request.header("x-forwarded-for", client);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from, 40_000)));
    let answer = front.router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn metrics_are_told_to_this_machine_and_to_whom_the_settings_name() {
    let front = Front::new().await;
    for (from, forwarded_for) in [(LOOPBACK, None), (SCRAPER, None), (PROXY, Some("192.0.2.90"))] {
        assert_eq!(asked(&front, from, forwarded_for).await.0, StatusCode::OK, "{from} {forwarded_for:?}");
    }
    let stranger: IpAddr = "192.0.2.7".parse().unwrap();
    for (from, forwarded_for) in [
        (stranger, None),
        (stranger, Some("127.0.0.1")),
        (PROXY, Some("192.0.2.7")),
        // A proxy on this machine that nobody trusts.
        (LOOPBACK, Some("192.0.2.7")),
    ] {
        let (status, said) = asked(&front, from, forwarded_for).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{from} {forwarded_for:?}");
        assert!(said.contains("metrics_allow"), "{said}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_path() {
    let front = Front::new().await;
    let _counts = metrics::set_default_local_recorder(&front.recorder);
    telemetry::metrics::describe();
    front.cloud.heartbeat("node1").await;
    let (path, header) = ("/compute/v2.1/servers/9f3a1c9e-0000-4000-8000-000000000001", [("x-auth-token", "wrong")]);
    front.get(path, &header).await;
    front.get("/nowhere/9f3a1c9e", &[]).await;
    front.send("BREW".parse().unwrap(), "/identity/v3", &[], Body::empty()).await;

    let (_, told) = asked(&front, LOOPBACK, None).await;
    let request = "arcus_http_requests_total{service=\"compute\",method=\"GET\",route=\"/compute/v2.1/servers/{id}\",status=\"4xx\"} 1";
    for line in [
        request,
        "# HELP arcus_http_request_duration_seconds ",
        "# TYPE arcus_http_request_duration_seconds histogram",
        "route=\"none\"",
        "method=\"other\"",
        "arcus_outbox_messages 0",
        "arcus_hosts{state=\"up\"} 1",
        "arcus_hosts{state=\"down\"} 0",
        "arcus_database_connections{pool=\"readers\",state=\"idle\"}",
        "arcus_database_write_wait_seconds_count",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    assert!(!told.contains("9f3a1c9e") && !told.contains("BREW"), "{told}");
}
