//! What Arcus costs, measured and printed; nothing passes or fails here. `make bench` runs it in the lab; with
//! `ARGS=rules`, only what security groups cost; with `ARGS=pretended`, only what needs no real guests; with `ARGS=fleet`, launches on many hosts; with `ARGS=volumes`, what guests write to
//! volumes, on the machines of `scripts/lab cloud`.

mod cloud;
#[path = "bench/fleet.rs"]
mod fleet;
#[allow(dead_code, reason = "tests use the rest of it")]
#[path = "lab/host.rs"]
mod host;
#[allow(dead_code, reason = "tests use the rest of it")]
#[path = "lab/outside.rs"]
mod outside;
#[path = "bench/peer.rs"]
mod peer;
#[path = "bench/rules.rs"]
mod rules;
#[path = "bench/volumes.rs"]
mod volumes;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use cloud::{Cloud, Person};
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use serde_json::json;

const PAGE_LOADS: usize = 50;

#[tokio::main]
async fn main() {
    let only = |part: &str| std::env::args().any(|argument| argument == part);
    if only("rules") {
        return rules::measure().await;
    }
    if only("volumes") {
        return volumes::measure().await;
    }
    if only("fleet") {
        return fleet::measure().await;
    }
    if only("pretended") {
        return pretended().await;
    }
    browser_half();
    fleet::measure().await;
    pretended().await;
    if std::env::var_os("ARCUS_LAB").is_some() {
        real().await;
        rules::measure().await;
    }
}

fn say(what: &str, figure: String) {
    println!("{what:<58} {figure}");
}

fn milliseconds(time: Duration) -> String {
    format!("{:>8.1} ms", time.as_secs_f64() * 1000.0)
}

/// The middle and the ninth of ten.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("p50 {}   p90 {}", milliseconds(times[times.len() / 2]), milliseconds(times[times.len() * 9 / 10]))
}

fn browser_half() {
    let Some(site) = std::env::var_os("ARCUS_ASSETS").map(PathBuf::from) else { return };
    for file in ["arcus_bg.wasm", "arcus_bg.wasm.br", "arcus.js.br", "arcus.css.br"] {
        if let Ok(about) = std::fs::metadata(site.join("pkg").join(file)) {
            say(file, format!("{:>8.1} kB", about.len() as f64 / 1000.0));
        }
    }
}

/// On pretended instances: what Arcus itself takes, without any hypervisor.
async fn pretended() {
    let cloud = Cloud::simulated(&[
        ("simulated_vcpus", "2000"),
        ("simulated_ram_mb", "2000000"),
        ("simulated_disk_gb", "20000"),
    ])
    .await;
    say("memory at idle, pretended host (resident)", resident(&cloud));
    let limits = ["instances=-1", "cores=-1", "ram=-1", "networks=-1", "subnets=-1", "ports=-1"];
    cloud.operator(&[&["project", "quota", "admin"][..], &limits[..]].concat());
    let admin = cloud.sign_in("admin").await;
    let network = admin.post("/network/v2.0/networks", json!({ "network": { "name": "wide" } })).await;
    let network = network["network"]["id"].as_str().expect("an id").to_owned();
    let subnet =
        json!({ "subnet": { "network_id": network, "ip_version": 4, "cidr": "10.80.0.0/20", "name": "wide" } });
    admin.post("/network/v2.0/subnets", subnet).await;

    let mut times = Vec::new();
    for n in 0..20 {
        let start = Instant::now();
        let id = launch(&admin, &network, &format!("one-{n}")).await;
        active(&admin, &id).await;
        times.push(start.elapsed());
    }
    say("request to ACTIVE, one after another (20)", spread(times));

    let cookie = page_session(&cloud).await;
    page(&cloud, &cookie, "instances page with 20 instances", "/instances").await;

    let start = Instant::now();
    let names: Vec<String> = (0..50).map(|n| format!("burst-{n}")).collect();
    let ids = futures::future::join_all(names.iter().map(|name| launch(&admin, &network, name))).await;
    // One after another: fifty that ask all the time would be measured along.
    for id in &ids {
        active(&admin, id).await;
    }
    say("50 requests at once until all are ACTIVE", milliseconds(start.elapsed()));

    let mut last = String::new();
    for n in 70..1000 {
        last = launch(&admin, &network, &format!("many-{n}")).await;
    }
    active(&admin, &last).await;
    page(&cloud, &cookie, "instances page (20 of 1,000 instances)", "/instances").await;
    page(&cloud, &cookie, "instance page among 1,000", &format!("/instances/{last}")).await;
    say("memory with 1,000 pretended instances (resident)", resident(&cloud));
    peer::measure(&cloud, &admin).await;
}

/// On real guests: what Arcus adds to a bare start of the same domain.
async fn real() {
    let cloud = Cloud::start(&[]).await;
    say("memory at idle, libvirt (resident)", resident(&cloud));
    let demo = cloud.sign_in("demo").await;
    let network = demo.id_of("/network/v2.0/networks", "networks", "shared").await;
    let warm = launch(&demo, &network, "warm").await;
    active(&demo, &warm).await;
    demo.delete_server(&warm).await;

    let (mut launches, mut bare) = (Vec::new(), Vec::new());
    for n in 0..5 {
        let start = Instant::now();
        let id = launch(&demo, &network, &format!("timed-{n}")).await;
        active(&demo, &id).await;
        launches.push(start.elapsed());
        virsh(&["destroy", &id]);
        demo.settled(&id, &["SHUTOFF"]).await;
        let start = Instant::now();
        virsh(&["start", &id]);
        bare.push(start.elapsed());
        demo.delete_server(&id).await;
    }
    launches.sort();
    bare.sort();
    let (launch, start) = (launches[launches.len() / 2], bare[bare.len() / 2]);
    say("request to domain running, p50 of 5", milliseconds(launch));
    say("bare `virsh start` of the same domain, p50 of 5", milliseconds(start));
    say(
        "what Arcus adds",
        format!(
            "{}   ratio {:.2}",
            milliseconds(launch.saturating_sub(start)),
            launch.as_secs_f64() / start.as_secs_f64()
        ),
    );
    plugging(&demo, &network).await;
}

/// Ports that come to a running guest.
async fn plugging(demo: &Person, network: &str) {
    let id = launch(demo, network, "plugged").await;
    active(demo, &id).await;
    let mut times = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        let nic = json!({ "interfaceAttachment": { "net_id": network } });
        demo.post(&format!("/compute/v2.1/servers/{id}/os-interface"), nic).await;
        times.push(start.elapsed());
    }
    say("request to port plugged into a running guest", spread(times));
    demo.delete_server(&id).await;
}

fn virsh(arguments: &[&str]) {
    let done = std::process::Command::new("virsh").arg("--quiet").args(arguments).status().expect("virsh runs");
    assert!(done.success(), "virsh {arguments:?}");
}

async fn launch(person: &Person, network: &str, name: &str) -> String {
    let image = person.id_of("/image/v2/images", "images", "cirros").await;
    let body =
        json!({ "server": { "name": name, "imageRef": image, "flavorRef": "1", "networks": [{ "uuid": network }] } });
    let answer = person.post("/compute/v2.1/servers", body).await;
    answer["server"]["id"].as_str().expect("an id").to_owned()
}

async fn active(person: &Person, id: &str) {
    loop {
        let server = person.server(id).await;
        match server["status"].as_str() {
            Some("ACTIVE") => return,
            Some("ERROR") => panic!("{server}"),
            _ => tokio::time::sleep(Duration::from_millis(2)).await,
        }
    }
}

/// Signs in as a browser does, and returns the session's cookie.
async fn page_session(cloud: &Cloud) -> String {
    let openrc = std::fs::read_to_string(cloud.state_dir().join("admin-openrc")).expect("an openrc file");
    let password = openrc.lines().find_map(|line| line.strip_prefix("export OS_PASSWORD=")).expect("a password");
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let form = format!("domain=Default&user=admin&password={password}");
    let answer = browser
        .post(format!("{}/api/session/login", cloud.url()))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Origin", cloud.url())
        .header("Accept", "text/html")
        .body(form)
        .send()
        .await
        .expect("an answer");
    cookie(answer.headers())
        .unwrap_or_else(|| panic!("no session: {} {:?}", answer.status(), answer.headers().get(LOCATION)))
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let set = headers.get(SET_COOKIE)?.to_str().ok()?;
    set.split(';').next().map(str::to_owned)
}

async fn page(cloud: &Cloud, cookie: &str, what: &str, path: &str) {
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..PAGE_LOADS {
        let start = Instant::now();
        let answer =
            cloud.http.get(format!("{}{path}", cloud.url())).header(COOKIE, cookie).send().await.expect("a page");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        bytes = answer.bytes().await.expect("a whole page").len();
        times.push(start.elapsed());
    }
    say(what, format!("{}   {} bytes", spread(times), bytes));
}

fn resident(cloud: &Cloud) -> String {
    let status = std::fs::read_to_string(format!("/proc/{}/status", cloud.pid())).expect("a process");
    let kilobytes: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .expect("its memory");
    format!("{:>8.1} MB", kilobytes as f64 / 1000.0)
}
