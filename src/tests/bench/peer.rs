//! Arcus' APIs beside the real OpenStack: the same requests, the time that a client waits, the processor time that they
//! cost.

use std::time::{Duration, Instant};

use argon2::Argon2;
use nix::unistd::{SysconfVar, sysconf};
use reqwest::Method;
use serde_json::json;

use super::cloud::{Cloud, Person};
use super::{say, spread};

const UPLOAD_MB: usize = 100;

/// What OpenStack Zed of Debian 12 takes on two cores, one worker a service, with nova's fake driver: the middle time that
/// a client waits and the processor time of all services and the database, both in milliseconds.
struct Peer {
    waits: f64,
    costs: f64,
}

const TOKEN: Peer = Peer { waits: 373.0, costs: 378.0 };
const VALIDATION: Peer = Peer { waits: 91.0, costs: 107.0 };
const SERVERS_100: Peer = Peer { waits: 417.0, costs: 437.0 };
const SERVERS_1000: Peer = Peer { waits: 2112.0, costs: 2125.0 };
const NETWORK: Peer = Peer { waits: 374.0, costs: 420.0 };
/// 180 MiB/s; what it cost was not measured.
const UPLOAD_MIB_PER_SECOND: f64 = 180.0;

/// With a cloud in which 1,000 servers of this administrator run.
pub async fn measure(cloud: &Cloud, admin: &Person) {
    let bench = Bench { cloud, admin };
    bench
        .time("token by password, for a project", 40, &TOKEN, async |bench, _| drop(bench.cloud.sign_in("admin").await))
        .await;
    bench.password_hash();
    bench.time("token validated", 500, &VALIDATION, async |bench, _| bench.validated().await).await;
    for (limit, peer) in [(100, SERVERS_100), (1000, SERVERS_1000)] {
        let path = format!("/compute/v2.1/servers/detail?limit={limit}");
        let what = format!("{limit} servers in detail");
        bench.time(&what, 30, &peer, async |bench, _| bench.fetched(&path).await).await;
    }
    bench.time("network, subnet and port made", 100, &NETWORK, async |bench, n| bench.network(n).await).await;
    bench.upload().await;
}

struct Bench<'a> {
    cloud: &'a Cloud,
    admin: &'a Person,
}

impl Bench<'_> {
    /// Does it so many times, one after another, and prints what it took.
    async fn time(&self, what: &str, times: usize, peer: &Peer, mut work: impl AsyncFnMut(&Self, usize)) {
        let mut waits = Vec::with_capacity(times);
        let before = self.processor_time();
        for n in 0..times {
            let start = Instant::now();
            work(self, n).await;
            waits.push(start.elapsed());
        }
        let costs = (self.processor_time() - before).as_secs_f64() * 1000.0 / times as f64;
        waits.sort();
        let middle = waits[times / 2].as_secs_f64() * 1000.0;
        let (waits_less, costs_less) = (peer.waits / middle, peer.costs / costs);
        say(what, format!("{}   processor {costs:>8.2} ms", spread(waits)));
        say(
            "",
            format!(
                "OpenStack Zed {} and {} ms: {waits_less:.0} and {costs_less:.0} times as much",
                peer.waits, peer.costs
            ),
        );
    }

    /// What of a token is the password's price, which is there to be paid.
    fn password_hash(&self) {
        let (argon2, mut hash, mut times) = (Argon2::default(), [0; 32], Vec::new());
        for _ in 0..20 {
            let start = Instant::now();
            argon2.hash_password_into(b"a password of some length", b"a salt of 16 byt", &mut hash).expect("a hash");
            times.push(start.elapsed());
        }
        say("of which the password's hash alone", spread(times));
    }

    async fn validated(&self) {
        self.fetched("/identity/v3/auth/tokens").await;
    }

    /// Reads an answer to its end, as OpenStack was measured: what a client makes of it is not the server's time.
    async fn fetched(&self, path: &str) {
        let request = self.cloud.http.get(format!("{}{path}", self.cloud.url()));
        let tokens = request.header("X-Auth-Token", &self.admin.token).header("X-Subject-Token", &self.admin.token);
        let answer = tokens.send().await.expect("an answer");
        assert!(answer.status().is_success());
        answer.bytes().await.expect("a whole answer");
    }

    async fn network(&self, n: usize) {
        let network =
            self.admin.post("/network/v2.0/networks", json!({ "network": { "name": format!("peer-{n}") } })).await;
        let network = &network["network"]["id"];
        let subnet = json!({ "network_id": network, "ip_version": 4, "cidr": "10.81.0.0/24" });
        self.admin.post("/network/v2.0/subnets", json!({ "subnet": subnet })).await;
        self.admin.post("/network/v2.0/ports", json!({ "port": { "network_id": network } })).await;
    }

    /// Image data that does not compress and is no format but raw.
    async fn upload(&self) {
        let data: Vec<u8> = (0..UPLOAD_MB << 20).map(|n: usize| (n.wrapping_mul(0x9E37_79B9) >> 13) as u8).collect();
        let asked = json!({ "name": "peer", "disk_format": "raw", "container_format": "bare" });
        let mut times = Vec::new();
        for _ in 0..5 {
            let image = self.admin.post("/image/v2/images", asked.clone()).await;
            let path = format!("/image/v2/images/{}", image["id"].as_str().expect("an id"));
            let request = self.cloud.http.put(format!("{}{path}/file", self.cloud.url()));
            let request =
                request.header("X-Auth-Token", &self.admin.token).header("Content-Type", "application/octet-stream");
            let request = request.body(data.clone());
            let start = Instant::now();
            let answer = request.send().await.expect("an answer");
            times.push(start.elapsed());
            assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
            self.admin.call(Method::DELETE, &path, None).await;
        }
        times.sort();
        let throughput = UPLOAD_MB as f64 / times[times.len() / 2].as_secs_f64();
        let more = throughput / UPLOAD_MIB_PER_SECOND;
        say(
            "image upload, 100 MiB",
            format!("{throughput:>8.0} MiB/s   OpenStack Zed {UPLOAD_MIB_PER_SECOND}: {more:.1} times that"),
        );
    }

    /// Of the whole program since its start.
    fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.cloud.pid())).expect("a process");
        // The program's name stands in brackets and may hold blanks; utime and stime are the 12th and 13th after it.
        let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.map(|ticks| ticks.parse::<u64>().expect("a number")).sum();
        let per_second = sysconf(SysconfVar::CLK_TCK).ok().flatten().expect("a clock");
        Duration::from_secs_f64(ticks as f64 / per_second as f64)
    }
}
