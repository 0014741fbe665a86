//! Two networks with the same addresses.

use std::net::UdpSocket;
use std::time::Duration;

use serde_json::json;

use super::end::End;
use super::scene::Scene;
use super::traffic::Traffic::Tcp;

/// Whether a datagram from one port to another arrives.
fn arrives(from: &End, source: u16, to: &End, port: u16, within: Duration) -> bool {
    let ears = to.inside(|| UdpSocket::bind((to.ip, port)).expect("a free port"));
    let mouth = from.inside(|| UdpSocket::bind((from.ip, source)).expect("a free port"));
    ears.set_read_timeout(Some(within)).expect("a timeout");
    mouth.send_to(b"?", (to.ip, port)).expect("a way out");
    ears.recv_from(&mut [0; 8]).is_ok()
}

#[tokio::test]
async fn an_allowed_connection_on_one_network_opens_nothing_on_another_with_the_same_addresses() {
    let scene = Scene::open().await;
    let (left, right) = (scene.network("left").await, scene.network("right").await);
    let inbound = scene.group("inbound", &[json!({ "direction": "ingress", "protocol": "udp" })]).await;
    let shut = scene.group("shut", &[]).await;
    let a = scene.end(&left, "10.0.0.10", json!({ "security_groups": [shut] })).await;
    let b = scene.end(&left, "10.0.0.11", json!({ "security_groups": [inbound] })).await;
    let also_a = scene.end(&right, "10.0.0.10", json!({ "security_groups": [shut] })).await;
    let also_b = scene.end(&right, "10.0.0.11", json!({ "security_groups": [shut] })).await;
    for (one, other) in [(&a, &b), (&also_a, &also_b)] {
        one.knows(other);
        other.knows(one);
    }
    let (soon, late) = (Duration::from_millis(700), Duration::from_secs(10));
    assert!(arrives(&a, 4000, &b, 5000, late), "its rule lets it in");
    assert!(arrives(&b, 5000, &a, 4000, late), "and the answer back");
    assert!(!arrives(&also_b, 5000, &also_a, 4000, soon), "what looks like that answer is none here");
    assert!(!arrives(&also_a, 4000, &also_b, 5000, soon), "nor was that asked");
    assert!(!Tcp(22).passes(&a, &also_b, false), "and the networks are apart");
}
