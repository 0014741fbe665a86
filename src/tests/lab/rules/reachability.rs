//! What Arcus itself says before anything is sent.

use serde_json::json;

use super::end::End;
use super::scene::Scene;
use super::traffic::Traffic;

/// Arcus' answer to "Can A reach B"; none for what cannot be asked: link-local addresses are not in the records.
pub async fn foretold(scene: &Scene, from: &End, to: &End, traffic: Traffic) -> Option<bool> {
    let (protocol, port) = match traffic {
        Traffic::Tcp(port) => ("tcp".to_owned(), Some(port)),
        Traffic::Udp(port) => ("udp".to_owned(), Some(port)),
        Traffic::Icmp(kind) => ("icmp".to_owned(), Some(kind.into())),
        Traffic::Protocol(number) => (number.to_string(), None),
        Traffic::Tcp6(_) | Traffic::Icmp6(_) => return None,
    };
    let question = json!({ "reachability": {
        "from": { "port_id": from.port }, "to": { "port_id": to.port }, "protocol": protocol, "port": port,
    } });
    let answer = scene.admin.post("/network/v2.0/reachability", question).await;
    Some(answer["reachability"]["reachable"].as_bool().unwrap_or_else(|| panic!("no answer in {answer}")))
}
