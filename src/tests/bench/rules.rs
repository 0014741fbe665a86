//! What security groups cost.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

#[allow(dead_code, reason = "tests use the rest of it")]
#[path = "../lab/rules/end.rs"]
mod end;
#[allow(dead_code, reason = "tests use the rest of it")]
#[path = "../lab/rules/scene.rs"]
mod scene;

use self::end::End;
use self::scene::Scene;
use super::host::tell;
use super::{say, spread};

const PORTS: usize = 200;
const CHANGES: u16 = 10;
const COPY_FOR: Duration = Duration::from_secs(3);

pub async fn measure() {
    let scene = Scene::open().await;
    scene.cloud.operator(&["project", "quota", "admin", "ports=-1", "security_group_rules=-1"]);
    let network = scene.network("wide").await;
    let group = scene.group("wide", &[json!({ "direction": "ingress", "protocol": "tcp" })]).await;
    let member = json!({ "security_groups": [group] });
    let ends = [
        scene.end(&network, "10.0.0.10", member.clone()).await,
        scene.end(&network, "10.0.0.11", member.clone()).await,
    ];
    let mut plugged = Vec::new();
    for _ in ends.len()..PORTS {
        let start = Instant::now();
        scene.port(&network, None, member.clone()).await;
        at_once(&scene).await;
        plugged.push(start.elapsed());
    }
    say("a new port's rules in force, up to 200 ports", spread(plugged));

    let (mut changes, mut nft) = (Vec::new(), Vec::new());
    for port in 1..=CHANGES {
        let start = Instant::now();
        let rule = json!({
            "security_group_id": group, "direction": "ingress", "protocol": "udp", "port_range_min": port, "port_range_max": port,
        });
        scene.admin.post("/network/v2.0/security-group-rules", json!({ "security_group_rule": rule })).await;
        at_once(&scene).await;
        changes.push(start.elapsed());
        nft.push(replaced());
    }
    say("request to a changed rule in force at 200 ports", spread(changes));
    say("of which nft's replacement of everything", spread(nft));

    let bridge = format!("brq{}", &network[..11]);
    let with = copied(&ends);
    for family in ["bridge", "inet"] {
        tell("nft", &["delete", "table", family, "arcus"]);
    }
    tell("ip", &["link", "set", &bridge, "type", "bridge", "nf_call_iptables", "0", "nf_call_ip6tables", "0"]);
    let without = copied(&ends);
    say(
        "throughput between two ports through the rules",
        format!("{with:>8.0} MB/s   ratio to none {:.2}", with / without),
    );
}

/// Waits until the host has carried out what it was told, looking more often than tests do.
async fn at_once(scene: &Scene) {
    while scene.cloud.count("SELECT count(*) FROM outbox").await > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The time that nft takes to put the same tables in place again.
fn replaced() -> Duration {
    let mut script = String::new();
    for family in ["bridge", "inet"] {
        script.push_str(&format!("delete table {family} arcus\n"));
    }
    for family in ["bridge", "inet"] {
        script.push_str(&tell("nft", &["list", "table", family, "arcus"]));
    }
    let start = Instant::now();
    let mut nft = Command::new("nft").args(["-f", "-"]).stdin(Stdio::piped()).spawn().expect("nft runs");
    nft.stdin.take().expect("a way in").write_all(script.as_bytes()).expect("all of it");
    assert!(nft.wait().expect("its end").success());
    start.elapsed()
}

/// Megabytes a second from one to the other by TCP.
fn copied([from, to]: &[End; 2]) -> f64 {
    let listening = to.inside(|| TcpListener::bind((to.ip, 5001)).expect("a free port"));
    let mut mouth = from.inside(|| TcpStream::connect((to.ip, 5001)).expect("a connection"));
    let mut ear = listening.accept().expect("the other end").0;
    let start = Instant::now();
    let speaking = std::thread::spawn(move || {
        let block = vec![0; 1 << 17];
        while start.elapsed() < COPY_FOR && mouth.write_all(&block).is_ok() {}
    });
    let (mut block, mut total) = (vec![0; 1 << 17], 0);
    while let Ok(length @ 1..) = ear.read(&mut block) {
        total += length;
    }
    let took = start.elapsed();
    speaking.join().expect("its end");
    total as f64 / 1e6 / took.as_secs_f64()
}
