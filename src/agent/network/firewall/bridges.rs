//! Bridges whose frames the rules get to see.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;

use nix::net::if_::if_nametoindex;
use tokio::fs;

use crate::agent::command::run;
use crate::agent::network::link;
use crate::bus::contract::FirewallPlan;
use crate::model::{Error, Reason, Result};

/// Switches of br_netfilter that are for all bridges of the network namespace at once.
const FOR_ALL: &str = "/proc/sys/net/bridge";

/// The bridges of planned ports that are here, each with its zone.
pub fn zones(plan: &FirewallPlan) -> BTreeMap<String, u16> {
    let names: BTreeSet<&str> = plan.ports.iter().map(|port| port.bridge.as_str()).collect();
    let here = names.into_iter().filter_map(|name| Some((if_nametoindex(name).ok()?, name.to_owned())));
    numbered(here.collect())
}

/// A bridge's number is its device's, which stays while it lives and which no other has. Where there have been so many
/// devices that it does not fit, the younger of two bridges takes the next free one.
fn numbered(here: BTreeMap<u32, String>) -> BTreeMap<String, u16> {
    let mut taken = BTreeSet::new();
    let number = |(index, name)| {
        let from = (index % u32::from(u16::MAX)) as u16;
        let zone = (from..=u16::MAX).chain(1..from).find(|zone| *zone != 0 && taken.insert(*zone))?;
        Some((name, zone))
    };
    here.into_iter().filter_map(number).collect()
}

/// Has br_netfilter show the frames of these bridges to the rules, and those of no others.
///
/// # Errors
/// When the kernel has no br_netfilter, or `ip` fails.
pub async fn show(bridges: impl Iterator<Item = &String>) -> Result<()> {
    load().await?;
    let on = |name: &String| format!("link set dev {name} type bridge nf_call_iptables 1 nf_call_ip6tables 1");
    let commands: Vec<String> = bridges.map(on).collect();
    if commands.is_empty() { Ok(()) } else { link::batch(&commands).await }
}

/// Loads br_netfilter. If nobody has needed it so far, other bridges of this host stay as they were: by default it
/// would look at all of them. If somebody did, the switches are theirs.
async fn load() -> Result<()> {
    if fs::try_exists(FOR_ALL).await.unwrap_or(false) {
        return Ok(());
    }
    run("modprobe", &["br_netfilter"]).await?;
    for switch in ["iptables", "ip6tables", "arptables"] {
        let path = format!("{FOR_ALL}/bridge-nf-call-{switch}");
        match fs::write(&path, "0").await {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                let why = format!("{path}: {error}");
                return Err(Error::because(Reason::Unavailable { part: "br_netfilter".into(), why }, error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_bridges_share_a_zone_and_none_has_zone_nought() {
        let here = |indexes: &[u32]| indexes.iter().map(|index| (*index, format!("brq{index}"))).collect();
        let zones = numbered(here(&[7, 65535, 65535 + 7, 2 * 65535 + 7, 65534]));
        assert_eq!(zones["brq7"], 7);
        assert_eq!(zones.values().collect::<BTreeSet<_>>().len(), 5);
        assert!(!zones.values().any(|zone| *zone == 0));
    }
}
