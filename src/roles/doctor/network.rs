//! What guests' packets need of this machine.

use std::path::Path;

use tokio::process::Command;

use super::{Check, Trouble};
use crate::agent;
use crate::config::Config;

/// Filtering on bridges, the host's own network, and the ways onto physical networks.
pub async fn checks(config: &Config) -> Vec<Check> {
    let mut checks = vec![bridge_filter(), other_firewalls().await, host_network(config).await];
    for (physical_network, device) in config.mappings().unwrap_or_default() {
        checks.push(mapping(&physical_network, &device).await);
    }
    checks
}

fn bridge_filter() -> Check {
    let loaded = Path::new("/proc/sys/net/bridge").is_dir();
    let found = if loaded {
        Ok("br_netfilter is there".to_owned())
    } else {
        Err(Trouble::bearable("br_netfilter is not loaded, and security groups need it", "modprobe br_netfilter"))
    };
    Check { what: "filtering on bridges".into(), found }
}

/// Docker and ufw drop whatever they do not know of, and with br_netfilter that concerns what bridges carry, too.
async fn other_firewalls() -> Check {
    let listed = Command::new("nft").args(["list", "chain", "ip", "filter", "FORWARD"]).output().await;
    let drops = listed.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("policy drop"));
    let found = if drops {
        Err(Trouble::bearable(
            "another one, such as Docker's or ufw, drops what it does not know, guests' packets among it",
            "iptables -I FORWARD -m physdev --physdev-is-bridged -j ACCEPT, and the same with ip6tables",
        ))
    } else {
        Ok("none is in the way".to_owned())
    };
    Check { what: "other firewalls".into(), found }
}

async fn host_network(config: &Config) -> Check {
    let found = match config.host_address() {
        Err(why) => Err(Trouble::new(why, "correct the setting host_network")),
        Ok(None) => Ok("none is wanted".to_owned()),
        Ok(Some(address)) => match agent::host_network_obstacle(address).await {
            Ok(None) => Ok(format!("{address}; forwarding is {}", forwarding())),
            Ok(Some(why)) => {
                Err(Trouble::bearable(why, "without it, the host neither reaches guests nor leads them out"))
            }
            Err(why) => Err(Trouble::new(why, "apt-get install iproute2")),
        },
    };
    Check { what: "host's own network".into(), found }
}

fn forwarding() -> &'static str {
    match std::fs::read_to_string("/proc/sys/net/ipv4/ip_forward") {
        Ok(text) if text.trim() == "1" => "on",
        _ => "off until Arcus starts",
    }
}

async fn mapping(physical_network: &str, device: &str) -> Check {
    let found = if agent::device_exists(device).await {
        Ok(device.to_owned())
    } else {
        let remedy = format!("make it, or name another in bridge_mappings = \"{physical_network}:DEVICE\"");
        Err(Trouble::new(format!("its device {device} is not on this host"), remedy))
    };
    Check { what: format!("physical network {physical_network}"), found }
}
