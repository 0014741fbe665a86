//! What is taken away behind Arcus' back comes back, and running guests do not notice more than they must.

use serde_json::json;

use super::cloud::{Cloud, eventually};
use super::held::Held;
use super::host;
use super::outside::{BEYOND, OUTSIDE, attempt, comes_up, launch_on, let_in, pings, provider, ssh};
use super::routers::Side;

/// Runs a shell line on the lab host.
fn harm(line: &str) {
    host::tell("bash", &["-euc", line]);
}

/// The guest is reached, reaches the world, and is given its address anew.
async fn is_whole(what: &str, ip: &str) {
    eventually(&format!("after {what}, {ip} reached"), || async { pings(OUTSIDE, ip).then_some(()) }).await;
    eventually(&format!("after {what}, a lease for {ip}"), || async {
        ssh(OUTSIDE, ip, "sudo udhcpc -n -q -i eth0 -t 2 -T 1 -s /bin/true 2>&1").filter(|said| said.contains(ip))
    })
    .await;
    eventually(&format!("after {what}, the world from {ip}"), || async {
        ssh(OUTSIDE, ip, &format!("ping -c 1 -W 1 {BEYOND}"))
    })
    .await;
}

/// The host's own network is there: address, way out, name server.
async fn host_stands(what: &str) {
    eventually(&format!("after {what}, the host's own network"), || async {
        let rules = attempt("", &["nft", "list", "table", "ip", "arcus_host"])?;
        let address = attempt("", &["ip", "-brief", "address", "show", "dev", "br-arcus"])?;
        let names = attempt("", &["pgrep", "-f", "dnsmasq.*--listen-address=172.24.4.1"])?;
        (rules.contains("masquerade") && address.contains("172.24.4.1/24") && !names.is_empty()).then_some(())
    })
    .await;
}

const ALL_GONE: &str = "
    pkill -KILL dnsmasq || true
    for netns in $(ip netns list | awk '{print $1}' | grep -E '^(qdhcp|qrouter)-'); do ip netns delete $netns; done
    for device in $(ip -brief link | sed 's/[@ ].*//' | grep -E '^(brq|br-arcus|upn|upv|dhcp|leg)'); do
      ip link delete $device 2>/dev/null || true
    done
    nft flush ruleset";

#[tokio::test]
async fn each_part_that_goes_away_comes_back_and_the_guest_keeps_its_address() {
    host::clear();
    let mut cloud = Cloud::start(&[]).await;
    let (admin, demo) = (cloud.sign_in("admin").await, cloud.sign_in("demo").await);
    let network = provider(&admin).await;
    let_in(&demo).await;
    let (id, ip) = launch_on(&demo, "steady", json!({ "uuid": network })).await;
    comes_up(OUTSIDE, &ip).await;
    let bridge = &format!("brq{}", &network[..11]);
    let started = ssh(OUTSIDE, &ip, "cat /proc/sys/kernel/random/boot_id").expect("its boot");

    let mut held = Held::begin(&ip);
    held.is_alive("the beginning");
    for (what, line) in [
        ("SIGKILL of every dnsmasq", "pkill -KILL dnsmasq".to_owned()),
        ("removal of the bridge", format!("ip link delete {bridge}")),
        ("removal of the uplink", format!("ip link delete upn{}", &network[..11])),
        ("removal of the DHCP link", format!("ip link delete dhcp{}", &network[..11])),
        ("removal of the DHCP namespace", format!("ip netns delete qdhcp-{network}")),
        ("flush of every rule", "nft flush ruleset".to_owned()),
        ("removal of the host's bridge", "ip link delete br-arcus".to_owned()),
        ("removal of the host's address", "ip address flush dev br-arcus".to_owned()),
        ("removal of everything", ALL_GONE.to_owned()),
    ] {
        harm(&line);
        // The lab's own name server went with the others.
        host::tell("scripts/lab-outside", &[]);
        host_stands(what).await;
        is_whole(what, &ip).await;
        // Where the guest's way was cut, a connection may have ended; a new one takes its place.
        if what.starts_with("SIGKILL") || what.starts_with("flush") || what.contains("DHCP") || what.contains("host's")
        {
            held.is_alive(what);
        } else {
            held = Held::begin(&ip);
        }
    }

    held.is_alive("a while");
    cloud.kill();
    held.is_alive("SIGKILL of Arcus");
    cloud.run(&[]).await;
    is_whole("SIGKILL of Arcus", &ip).await;
    held.is_alive("the start after that");
    drop(held);

    cloud.kill();
    harm(ALL_GONE);
    host::tell("scripts/lab-outside", &[]);
    cloud.run(&[]).await;
    host_stands("a start where nothing was left").await;
    is_whole("a start where nothing was left", &ip).await;
    let still = ssh(OUTSIDE, &ip, "cat /proc/sys/kernel/random/boot_id").expect("its boot");
    assert_eq!(still, started, "the guest was started anew");
    demo.delete_server(&id).await;
}

#[tokio::test]
async fn a_router_is_mended_part_by_part() {
    host::clear();
    let cloud = Cloud::start(&[]).await;
    let (admin, demo) = (cloud.sign_in("admin").await, cloud.sign_in("demo").await);
    let external = provider(&admin).await;
    let side = Side::make(&demo, &external, "10.0.0.77").await;
    let (_, floating) = side.floating_ip(&demo, &external).await;
    comes_up(OUTSIDE, &floating).await;
    let netns = side.netns();
    let inside = format!("ip netns exec {netns}");
    for (what, line) in [
        ("removal of the namespace", format!("ip netns delete {netns}")),
        ("flush of its rules", format!("{inside} nft flush ruleset")),
        (
            "removal of its legs",
            format!(
                "for leg in $({inside} ip -brief link | grep -oE '^q[rg]-[^@]*'); do {inside} ip link delete $leg; done"
            ),
        ),
        (
            "loss of its addresses",
            format!(
                "for leg in $({inside} ip -brief link | grep -oE '^q[rg]-[^@]*'); do {inside} ip address flush dev $leg; done"
            ),
        ),
        ("loss of its way out", format!("{inside} ip route delete default")),
        ("forwarding switched off", format!("{inside} sysctl -qw net.ipv4.ip_forward=0")),
    ] {
        harm(&line);
        // One that lost its name still passes packets on while the metadata service listens in it.
        eventually(&format!("after {what}, the namespace"), || async {
            attempt("", &["ip", "netns", "exec", netns.as_str(), "true"])
        })
        .await;
        eventually(&format!("after {what}, {floating} reached"), || async { pings(OUTSIDE, &floating).then_some(()) })
            .await;
        eventually(&format!("after {what}, the world"), || async {
            ssh(OUTSIDE, &floating, &format!("ping -c 1 -W 1 {BEYOND}"))
        })
        .await;
    }
    side.remove(&demo).await;
}
