//! Telling hosts that something else may pass at their ports.

use std::collections::BTreeSet;

use crate::bus::contract::NetworkMessage;
use crate::bus::{Envelope, Topic};
use crate::control::store::{Tx, firewall_hosts};
use crate::control::workflow::outbox;
use crate::model::{Result, SecurityGroupId, Timestamp};

/// A rule of the group came or went.
pub async fn rules_changed(tx: &mut Tx, request_id: &str, group: &SecurityGroupId, now: Timestamp) -> Result<()> {
    let hosts = firewall_hosts::with_port_in(&mut **tx, group).await?;
    tell(tx, request_id, hosts, now).await
}

/// Ports joined the groups, left them, or have other addresses now.
pub async fn members_changed(
    tx: &mut Tx,
    request_id: &str,
    groups: impl IntoIterator<Item = &SecurityGroupId>,
    now: Timestamp,
) -> Result<()> {
    let groups: BTreeSet<&SecurityGroupId> = groups.into_iter().collect();
    let mut hosts = BTreeSet::new();
    for group in groups {
        hosts.extend(firewall_hosts::with_rule_naming(&mut **tx, group).await?);
    }
    tell(tx, request_id, hosts, now).await
}

async fn tell(tx: &mut Tx, request_id: &str, hosts: impl IntoIterator<Item = String>, now: Timestamp) -> Result<()> {
    for host in hosts {
        let message = Envelope::new(request_id, &NetworkMessage::FirewallChanged);
        outbox::enqueue(tx, &Topic::network(&host), &message, now).await?;
    }
    Ok(())
}
