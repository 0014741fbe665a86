//! A network namespace that stands on a network's bridge, where a guest could.

use super::host;

/// A namespace with one address on a bridge. Ends with the value.
pub struct Probe {
    pub netns: String,
    outside: String,
}

impl Probe {
    /// A probe on a network, by the network's id; `address` has a prefix length.
    pub fn on(network: &str, name: &str, address: &str) -> Self {
        let bridge = format!("brq{}", &network[..11]);
        let probe = Self { netns: format!("probe-{name}"), outside: format!("probe-{name}") };
        let (netns, outside) = (probe.netns.as_str(), probe.outside.as_str());
        host::tell("ip", &["netns", "add", netns]);
        host::tell("ip", &["link", "add", outside, "type", "veth", "peer", "name", "inside", "netns", netns]);
        host::tell("ip", &["link", "set", outside, "master", &bridge, "up"]);
        host::tell("ip", &["-netns", netns, "address", "add", address, "dev", "inside"]);
        host::tell("ip", &["-netns", netns, "link", "set", "inside", "up"]);
        probe
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        let _ = std::process::Command::new("ip").args(["link", "delete", &self.outside]).status();
        let _ = std::process::Command::new("ip").args(["netns", "delete", &self.netns]).status();
    }
}
