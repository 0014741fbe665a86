//! The ways from this host onto physical networks.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use super::host_network::BRIDGE;
use crate::model::{Error, Reason, Result};

/// The physical network that the host itself is the gateway of.
pub const HOST_NETWORK: &str = "host";

/// The ways from this host onto physical networks.
#[derive(Debug, Clone, Default)]
pub struct Physical {
    /// Physical network to bridge or interface of this host.
    pub mappings: BTreeMap<String, String>,
    /// The host's own address on the bridge that Arcus makes for it, under [`HOST_NETWORK`]; none for no such bridge.
    pub host_network: Option<Ipv4Net>,
}

impl Physical {
    /// The names of the physical networks.
    pub fn names(&self) -> Vec<String> {
        let host = self.host_network.map(|_| HOST_NETWORK.to_owned());
        self.mappings.keys().cloned().chain(host).collect()
    }

    /// The device of this host that leads onto a physical network.
    ///
    /// # Errors
    /// A sentence that says which setting would name one.
    pub fn device(&self, name: &str) -> Result<&str> {
        if let Some(device) = self.mappings.get(name) {
            return Ok(device);
        }
        if name != HOST_NETWORK {
            let why = format!(
                "this host has no way onto it; name its bridge or interface in the setting bridge_mappings = \
                 \"{name}:DEVICE\""
            );
            return Err(unavailable(name, why));
        }
        let off = || unavailable(name, "the setting host_network is empty".to_owned());
        self.host_network.map(|_| BRIDGE).ok_or_else(off)
    }
}

/// That a physical network cannot be reached.
pub fn unavailable(physical_network: &str, why: String) -> Error {
    Reason::Unavailable { part: format!("physical network {physical_network}"), why }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_mapped_is_refused_with_the_setting_that_would_map_it() {
        let mappings = BTreeMap::from([("provider".to_owned(), "br-ex".to_owned())]);
        let physical = Physical { mappings, host_network: None };
        assert_eq!(physical.device("provider").unwrap(), "br-ex");
        let refusal = physical.device("rack").unwrap_err().to_string();
        assert!(refusal.contains("bridge_mappings") && refusal.contains("rack:DEVICE"), "{refusal}");
        assert!(physical.device(HOST_NETWORK).unwrap_err().to_string().contains("host_network"));
        let physical = Physical { host_network: "172.24.4.1/24".parse().ok(), ..physical };
        assert_eq!((physical.device(HOST_NETWORK).unwrap(), physical.names().len()), ("br-arcus", 2));
    }
}
