//! Two processes that answer requests and two that choose hosts, on the same records at the same time.

use std::collections::HashSet;
use std::time::Duration;

use futures::future::join_all;
use futures::stream::{self, StreamExt as _};

use super::launching::{Stage, network, subnet};
use super::*;
use crate::control::{Parts, Services};
use crate::model::network::NewPort;
use crate::model::quota::Resource;

const LAUNCHES: usize = 500;
/// Ports made at a time; all at once, the last would wait longer for a connection to the database than anybody may.
const AT_ONCE: usize = 64;
const HOSTS: usize = 40;
/// Of 64 MiB each.
const FIT_ON_A_HOST: i64 = 10;

/// Instances that still wait for a host.
const WAITING: &str = "SELECT count(*) FROM instances WHERE vm_state = 'building' AND host IS NULL";
const PLACED: &str = "SELECT count(*) FROM instances WHERE host IS NOT NULL";
const CROWDED: &str =
    "SELECT count(*) FROM (SELECT host FROM allocations GROUP BY host HAVING sum(ram_mb) > 640) AS crowded";
const UNEQUAL: &str = "SELECT count(*) FROM instances i LEFT JOIN allocations a ON a.instance_id = i.id AND a.host = i.host \
    WHERE i.host IS NOT NULL AND a.instance_id IS NULL";

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_racing_launches_fit_where_they_are_and_no_address_is_given_twice() {
    let stage = Stage::new().await;
    let bench = &stage.bench;
    // The stage's own host is full, those of the race are not.
    bench.host(HOST, 0).await;
    for number in 0..HOSTS {
        bench.host(&format!("rack-{number}"), 64 * FIT_ON_A_HOST).await;
    }
    let wide = network(bench, &stage.user, "wide").await;
    subnet(bench, &stage.user, &wide.id, "10.9.0.0/22").await;
    for resource in [Resource::Instances, Resource::Cores, Resource::Ram, Resource::Ports] {
        let quota = &bench.cloud.services.quota;
        quota.set(&bench.ctx, &stage.user.project_id, resource, -1).await.unwrap();
    }
    let second = bench.cloud.beside().await;
    let both: [&Services; 2] = [&bench.cloud.services, &second];
    let _first_runs = both[0].start(Parts { scheduler: true, conductor: true, alone: false }).await.unwrap();
    let _second_runs = both[1].start(Parts { scheduler: true, ..Parts::NONE }).await.unwrap();

    let launch = async |number: usize| {
        let mut request = stage.request();
        request.name = format!("vm-{number}");
        request.networks =
            vec![crate::model::launch::NicRequest { network_id: wide.id.clone(), fixed_ip: None, port_id: None }];
        both[number % 2].compute.launch(&stage.user, request).await.map(drop)
    };
    let accepted = join_all((0..LAUNCHES).map(launch)).await;
    assert_eq!(accepted.iter().filter(|result| result.is_ok()).count(), LAUNCHES, "{accepted:?}");
    while bench.count(WAITING).await > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(bench.count(PLACED).await, HOSTS as i64 * FIT_ON_A_HOST);
    assert_eq!((bench.count(CROWDED).await, bench.count(UNEQUAL).await), (0, 0));

    let port = async |number: usize| {
        let port = NewPort { network_id: wide.id.clone(), ..NewPort::default() };
        both[number % 2].network.create_port(&stage.user, port).await
    };
    let ports: Vec<_> = stream::iter(0..LAUNCHES).map(port).buffer_unordered(AT_ONCE).collect().await;
    let addresses: HashSet<_> = ports.into_iter().map(|port| port.unwrap().fixed_ips[0].ip).collect();
    assert_eq!(addresses.len(), LAUNCHES);
}
