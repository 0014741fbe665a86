//! A guest's place: a network namespace at the end of a port's tap.

use std::fs::File;
use std::net::{Ipv4Addr, Ipv6Addr};

use nix::sched::{CloneFlags, setns};
use serde_json::Value;

use super::super::host::tell;

/// Ends with the value, and its tap with it.
pub struct End {
    pub port: String,
    pub ip: Ipv4Addr,
    pub mac: String,
    netns: String,
    tap: String,
}

impl End {
    /// Stands at the end of a port (as the API shows it) on a network whose bridge is here.
    pub fn plug(port: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let (id, network) = (text(&port["id"]), text(&port["network_id"]));
        let ip: Ipv4Addr = text(&port["fixed_ips"][0]["ip_address"]).parse().expect("an address");
        let bridge = format!("brq{}", &network[..11]);
        Self {
            tap: format!("tap{}", &id[..11]),
            netns: format!("end-{}", &id[..11]),
            mac: text(&port["mac_address"]),
            port: id,
            ip,
        }
        .made(&bridge)
    }

    /// Stands at the end of a tap of which no plan knows.
    pub fn stray(bridge: &str, ip: Ipv4Addr) -> Self {
        let (tap, netns, mac) = ("tapffffffff-ff".into(), "end-ffffffff-ff".into(), "fa:16:3e:ff:ff:ff".into());
        Self { port: String::new(), ip, mac, netns, tap }.made(bridge)
    }

    fn made(self, bridge: &str) -> Self {
        let Self { tap, netns, mac, ip, .. } = &self;
        tell("ip", &["netns", "add", netns]);
        tell("ip", &["link", "add", tap, "type", "veth", "peer", "name", "eth0", "netns", netns]);
        // An address is good at once, without asking around for a second whether it is free.
        self.inside(|| std::fs::write("/proc/sys/net/ipv6/conf/eth0/accept_dad", "0").expect("a switch"));
        self.ip_command(&["link", "set", "eth0", "address", mac, "up"]);
        self.ip_command(&["address", "add", &format!("{ip}/24"), "dev", "eth0"]);
        tell("ip", &["link", "set", tap, "master", bridge, "up"]);
        self
    }

    /// Runs `ip` in the namespace.
    pub fn ip_command(&self, arguments: &[&str]) -> String {
        tell("ip", &[&["-netns", self.netns.as_str()], arguments].concat())
    }

    /// Works in the namespace; sockets made there stay there.
    pub fn inside<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let namespace = File::open(format!("/run/netns/{}", self.netns)).expect("a namespace");
        let there = || {
            setns(namespace, CloneFlags::CLONE_NEWNET).expect("a way into the namespace");
            work()
        };
        std::thread::scope(|scope| scope.spawn(there).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }

    /// The address that its MAC address gives it.
    pub fn link_local(&self) -> Ipv6Addr {
        let byte = |index: usize| u16::from_str_radix(&self.mac[index * 3..index * 3 + 2], 16).expect("hex");
        let pair = |high: u16, low: u16| high << 8 | low;
        let (first, last) = (pair(byte(0) ^ 2, byte(1)), pair(byte(4), byte(5)));
        Ipv6Addr::new(0xfe80, 0, 0, 0, first, pair(byte(2), 0xff), pair(0xfe, byte(3)), last)
    }

    /// The MAC address that it holds to be another's, if it has heard of one.
    pub fn heard_of(&self, ip: Ipv4Addr) -> Option<String> {
        let known = self.ip_command(&["neighbour", "show", &ip.to_string()]);
        known.split_once("lladdr ").and_then(|(_, rest)| rest.split(' ').next()).map(str::to_owned)
    }

    /// Tells it another's MAC address, so that it need not ask.
    pub fn knows(&self, other: &Self) {
        let (ip, mac) = (other.ip.to_string(), other.mac.as_str());
        self.ip_command(&["neighbour", "replace", &ip, "lladdr", mac, "dev", "eth0"]);
    }
}

impl Drop for End {
    fn drop(&mut self) {
        // A test that failed half way may lack them.
        let _ = std::process::Command::new("ip").args(["link", "delete", &self.tap]).status();
        let _ = std::process::Command::new("ip").args(["netns", "delete", &self.netns]).status();
    }
}
