//! A network's bridge on this host.

use super::link::{self, Link};
use crate::bus::contract::NetworkPlan;
use crate::model::{NetworkId, Result};

/// Makes the bridge be as planned.
///
/// # Errors
/// When `ip` fails.
pub async fn ensure(links: &[Link], plan: &NetworkPlan, mark: &str) -> Result<()> {
    let name = &plan.bridge;
    let alias = alias(mark, &plan.network_id);
    let present = link::find(links, name);
    let right = |found: &Link| {
        found.mtu == plan.mtu
            && found.is_up() == plan.admin_state_up
            && found.has_flag("NOARP")
            && found.alias.as_deref() == Some(alias.as_str())
    };
    if present.is_some_and(right) {
        return Ok(());
    }
    if present.is_none() {
        // A bridge of one host has no loops to look for; waiting for them would hold the guest's first frames back.
        link::batch(&[format!("link add name {name} type bridge stp_state 0 forward_delay 0")]).await?;
    }
    link::disable_ipv6(name).await?;
    let state = if plan.admin_state_up { "up" } else { "down" };
    link::batch(&[
        format!("link set dev {name} alias {alias}"),
        format!("link set dev {name} mtu {} {state}", plan.mtu),
    ])
    .await
}

/// The networks whose bridges carry our mark.
pub fn networks(links: &[Link], mark: &str) -> Vec<NetworkId> {
    let prefix = prefix(mark);
    links.iter().filter_map(|link| link.alias.as_deref()?.strip_prefix(&prefix)).map(NetworkId::from).collect()
}

fn alias(mark: &str, network: &NetworkId) -> String {
    format!("{}{network}", prefix(mark))
}

fn prefix(mark: &str) -> String {
    format!("arcus/{mark}/network/")
}
