//! Rules that change while guests talk, and rules that somebody else takes away.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::json;

use super::super::cloud::eventually;
use super::super::host::tell;
use super::end::End;
use super::scene::Scene;
use super::traffic::Traffic::{Icmp, Tcp};

/// A connection with both of its ends.
struct Talk(TcpStream, TcpStream);

impl Talk {
    fn begun(from: &End, to: &End, port: u16) -> Self {
        let listening = to.inside(|| TcpListener::bind((to.ip, port)).expect("a free port"));
        let client = from.inside(|| TcpStream::connect((to.ip, port)).expect("a connection"));
        Self(client, listening.accept().expect("the other end").0)
    }

    /// Whether a word and the answer get through.
    fn goes_on(&mut self, expected: bool) -> bool {
        let patience = Duration::from_millis(if expected { 10_000 } else { 1_000 });
        let Self(client, server) = self;
        for end in [&*client, &*server] {
            end.set_read_timeout(Some(patience)).expect("a timeout");
        }
        let mut word = [0; 1];
        client.write_all(b"?").is_ok()
            && server.read_exact(&mut word).is_ok()
            && server.write_all(b"!").is_ok()
            && client.read_exact(&mut word).is_ok()
    }
}

#[tokio::test]
async fn established_connections_survive_other_changes_and_end_with_the_rule_that_allowed_them() {
    let scene = Scene::open().await;
    let network = scene.network("changes").await;
    let clients = scene.group("clients", &[]).await;
    let server_group = scene.group("server", &[]).await;
    let client = scene.end(&network, "10.0.0.10", json!({ "security_groups": [clients] })).await;
    let server = scene.end(&network, "10.0.0.11", json!({ "security_groups": [server_group] })).await;
    assert!(!Tcp(22).passes(&client, &server, false), "nothing lets it in yet");
    let port = |port: u16| json!({ "direction": "ingress", "protocol": "tcp", "port_range_min": port, "port_range_max": port });
    let ssh = scene.rule(&server_group, port(22)).await;
    let mut talk = Talk::begun(&client, &server, 22);
    assert!(talk.goes_on(true));

    let other = scene.rule(&server_group, port(80)).await;
    assert!(talk.goes_on(true), "after a rule that has nothing to do with it");
    let newcomer = scene.end(&network, "10.0.0.12", json!({ "security_groups": [server_group] })).await;
    drop(newcomer);
    scene.remove_rule(&other).await;
    assert!(talk.goes_on(true), "after a port came, and a rule went");

    scene.remove_rule(&ssh).await;
    assert!(!talk.goes_on(false), "what no rule allows any more stops");
    assert!(!Tcp(22).passes(&client, &server, false));

    // By membership: who leaves the group is let in no longer.
    scene.rule(&server_group, json!({ "direction": "ingress", "protocol": "tcp", "remote_group_id": clients })).await;
    let mut talk = Talk::begun(&client, &server, 22);
    assert!(talk.goes_on(true));
    scene.change(&client, json!({ "security_groups": ["default"] })).await;
    assert!(!talk.goes_on(false));
    scene.change(&client, json!({ "security_groups": [clients] })).await;
    assert!(Tcp(22).passes(&client, &server, true));
    scene.change(&server, json!({ "admin_state_up": false })).await;
    assert!(!Icmp(8).passes(&server, &client, false) && !Tcp(22).passes(&client, &server, false));
    scene.change(&server, json!({ "admin_state_up": true })).await;
    assert!(Tcp(22).passes(&client, &server, true));
}

#[tokio::test]
async fn what_somebody_else_took_from_the_rules_comes_back_and_connections_live_on() {
    let scene = Scene::open().await;
    let network = scene.network("mended").await;
    let group = scene.group("server", &[json!({ "direction": "ingress", "protocol": "tcp" })]).await;
    let client = scene.end(&network, "10.0.0.10", json!({ "security_groups": [group] })).await;
    let server = scene.end(&network, "10.0.0.11", json!({ "security_groups": [group] })).await;
    let mut talk = Talk::begun(&client, &server, 22);
    assert!(talk.goes_on(true));
    for taken in
        [&["flush", "ruleset"][..], &["flush", "table", "inet", "arcus"], &["delete", "table", "bridge", "arcus"]]
    {
        tell("nft", taken);
        eventually("what was taken away is back", || async {
            let tables = [["list", "table", "bridge", "arcus"], ["list", "table", "inet", "arcus"]];
            let shown =
                tables.map(|list| std::process::Command::new("nft").args(list).output().expect("nft runs").stdout);
            let whole = |text: &Vec<u8>, word: &str| String::from_utf8_lossy(text).contains(word);
            (whole(&shown[0], "unseen_to_taps") && whole(&shown[1], "jump tracked")).then_some(())
        })
        .await;
        assert!(talk.goes_on(true), "after {taken:?}");
        assert!(!Icmp(8).passes(&client, &server, false), "after {taken:?}");
    }
}
