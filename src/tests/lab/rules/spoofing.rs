//! Guests that say they are somebody else.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

use serde_json::json;

use super::end::End;
use super::scene::Scene;
use super::traffic::Traffic::{Icmp, Icmp6, Tcp, Udp};

const BORROWED: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 66);

/// Two guests into which everything is let, and one at which nothing is checked.
async fn guests() -> (Scene, String, [End; 3]) {
    let scene = Scene::open().await;
    let network = scene.network("masks").await;
    let all = ["IPv4", "IPv6"].map(|family| json!({ "direction": "ingress", "ethertype": family }));
    let group = scene.group("everything", &all).await;
    let guarded = json!({ "security_groups": [group] });
    let open = json!({ "security_groups": [], "port_security_enabled": false });
    let guests = [
        scene.end(&network, "10.0.0.10", guarded.clone()).await,
        scene.end(&network, "10.0.0.11", guarded).await,
        scene.end(&network, "10.0.0.12", open).await,
    ];
    assert!(Icmp(8).passes(&guests[0], &guests[1], true) && Icmp(8).passes(&guests[2], &guests[1], true));
    (scene, network, guests)
}

#[tokio::test]
async fn a_guest_sends_under_its_own_addresses_and_those_it_was_lent() {
    let (scene, _, [guest, victim, open]) = guests().await;
    for end in [&guest, &open] {
        end.ip_command(&["address", "add", &format!("{BORROWED}/24"), "dev", "eth0"]);
        end.knows(&victim);
    }
    let borrowed = Some(IpAddr::from(BORROWED));
    assert!(!Udp(53).passes_from(&guest, borrowed, &victim, false), "a spoofed IP");
    assert!(Udp(53).passes(&guest, &victim, true), "its own");

    // Asking for an address that nobody has spreads one's own.
    let ask = |end: &End| {
        end.inside(|| {
            let asking = UdpSocket::bind((BORROWED, 0)).expect("an address of its own");
            let _ = asking.send_to(b"?", "10.0.0.11:9");
        });
    };
    guest.ip_command(&["neighbour", "delete", "10.0.0.11", "dev", "eth0"]);
    ask(&guest);
    assert!(!Udp(53).passes_from(&guest, borrowed, &victim, false));
    assert_eq!(victim.heard_of(BORROWED), None, "a spoofed ARP request");
    open.ip_command(&["neighbour", "delete", "10.0.0.11", "dev", "eth0"]);
    assert!(Udp(53).passes_from(&open, borrowed, &victim, true), "without port security it may");
    assert_eq!(victim.heard_of(BORROWED).as_ref(), Some(&open.mac));
    open.ip_command(&["address", "delete", &format!("{BORROWED}/24"), "dev", "eth0"]);
    victim.ip_command(&["neighbour", "flush", "all"]);

    scene.change(&guest, json!({ "allowed_address_pairs": [{ "ip_address": "10.0.0.64/28" }] })).await;
    assert!(Udp(53).passes_from(&guest, borrowed, &victim, true), "an allowed pair");
    assert_eq!(victim.heard_of(BORROWED).as_ref(), Some(&guest.mac));
    scene.change(&guest, json!({ "allowed_address_pairs": [{ "ip_address": "10.0.0.67" }] })).await;
    assert!(!Udp(53).passes_from(&guest, borrowed, &victim, false), "another pair");
}

#[tokio::test]
async fn a_guest_keeps_its_mac_and_its_link_local_address() {
    let (scene, _, [guest, victim, _]) = guests().await;
    let (own, borrowed): (IpAddr, IpAddr) = (guest.link_local().into(), "fe80::66".parse().expect("an address"));
    guest.ip_command(&["address", "add", "fe80::66/64", "dev", "eth0", "nodad"]);
    assert!(Icmp6(128).passes_from(&guest, Some(own), &victim, true));
    assert!(!Icmp6(128).passes_from(&guest, Some(borrowed), &victim, false), "a spoofed IPv6 address");
    scene.change(&guest, json!({ "allowed_address_pairs": [{ "ip_address": "fe80::60/124" }] })).await;
    assert!(Icmp6(128).passes_from(&guest, Some(borrowed), &victim, true), "an allowed pair");

    let other = "fa:16:3e:66:66:66";
    guest.ip_command(&["link", "set", "eth0", "address", other]);
    victim.ip_command(&["neighbour", "flush", "all"]);
    assert!(!Icmp(8).passes(&guest, &victim, false), "a spoofed MAC");
    assert_ne!(victim.heard_of(guest.ip).as_deref(), Some(other));
    let pair = json!({ "ip_address": guest.ip, "mac_address": other });
    scene.change(&guest, json!({ "allowed_address_pairs": [pair] })).await;
    victim.ip_command(&["neighbour", "flush", "all"]);
    assert!(Icmp(8).passes(&guest, &victim, true), "an allowed pair");
}

#[tokio::test]
async fn no_guest_serves_addresses_and_every_guest_gets_its_own() {
    let (scene, network, [guest, victim, open]) = guests().await;
    for (name, rogue) in [("guarded", &guest), ("unguarded", &open)] {
        let ears = victim.inside(|| UdpSocket::bind((victim.ip, 68)).expect("a free port"));
        let mouth = rogue.inside(|| UdpSocket::bind((rogue.ip, 67)).expect("a free port"));
        ears.set_read_timeout(Some(Duration::from_millis(700))).expect("a timeout");
        mouth.send_to(b"yours", (victim.ip, 68)).expect("a way out");
        assert!(ears.recv_from(&mut [0; 8]).is_err(), "an answer of a rogue DHCP server, {name}");
    }
    // Even a guest to which nothing else is allowed asks for its address and gets it.
    let bare = scene.end(&network, "10.0.0.20", json!({ "security_groups": [] })).await;
    assert_eq!(offered(&bare), Some(bare.ip));
    assert!(!Icmp(8).passes(&bare, &open, false));
}

#[tokio::test]
async fn a_tap_that_no_plan_knows_passes_nothing() {
    let (_scene, network, [_, _, open]) = guests().await;
    let stray = End::stray(&format!("brq{}", &network[..11]), "10.0.0.200".parse().expect("an address"));
    assert!(!Icmp(8).passes(&stray, &open, false));
    assert!(!Tcp(80).passes(&open, &stray, false));
    assert_eq!(open.heard_of(stray.ip), None);
}

/// The address that DHCP offers, asked for as a client does (RFC 2131).
fn offered(end: &End) -> Option<Ipv4Addr> {
    let mut discover = vec![0; 240];
    (discover[0], discover[1], discover[2], discover[4]) = (1, 1, 6, 0x77);
    for (index, pair) in end.mac.split(':').enumerate() {
        discover[28 + index] = u8::from_str_radix(pair, 16).expect("hex");
    }
    discover[236..240].copy_from_slice(&[99, 130, 83, 99]);
    discover.extend([53, 1, 1, 255]);
    discover.resize(300, 0);
    let socket = end.inside(|| UdpSocket::bind((end.ip, 68)).expect("a free port"));
    socket.set_broadcast(true).expect("leave to shout");
    socket.set_read_timeout(Some(Duration::from_secs(1))).expect("a timeout");
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        socket.send_to(&discover, "255.255.255.255:67").expect("a way out");
        let mut heard = [0; 1500];
        if let Ok((length, _)) = socket.recv_from(&mut heard)
            && length >= 240
            && heard[4] == 0x77
        {
            let yours: [u8; 4] = heard[16..20].try_into().expect("four bytes");
            return Some(yours.into());
        }
    }
    None
}
