//! The port whose addresses a network's DHCP server uses.

use super::{addresses, mac, new_id};
use crate::control::policy::Grant;
use crate::control::store::{self, Tx};
use crate::model::network::{Network, Port, Subnet};
use crate::model::{NetworkId, Result, Timestamp};

/// The owner of such ports.
pub const OWNER: &str = "network:dhcp";

/// Gives the network's DHCP server an address in a new subnet, and a port if it has none yet.
pub async fn serve(tx: &mut Tx, grant: Grant, network: &Network, subnet: &Subnet, now: Timestamp) -> Result<()> {
    let port = match store::ports::serving(&mut **tx, &network.id, OWNER).await?.into_iter().next() {
        Some(port) => port,
        None => {
            let port = Port {
                id: new_id().into(),
                network_id: network.id.clone(),
                project_id: network.project_id.clone(),
                name: String::new(),
                mac: String::new(),
                fixed_ips: Vec::new(),
                device_id: String::new(),
                device_owner: OWNER.to_owned(),
                host: String::new(),
                status: "ACTIVE".to_owned(),
                admin_state_up: true,
                description: String::new(),
                port_security: false,
                allowed_address_pairs: Vec::new(),
                security_groups: Vec::new(),
                created_at: now,
            };
            mac::insert_with_new(tx, grant, port, false).await?.id
        }
    };
    addresses::lowest_free(tx, std::slice::from_ref(subnet), &network.name, &port).await?;
    Ok(())
}

/// Deletes the server's port when no subnet of the network wants DHCP any more.
pub async fn retire_if_idle(tx: &mut Tx, grant: Grant, network: &NetworkId) -> Result<()> {
    if store::subnets::of_network(&mut **tx, network).await?.iter().any(|subnet| subnet.enable_dhcp) {
        return Ok(());
    }
    for port in store::ports::serving(&mut **tx, network, OWNER).await? {
        store::ports::delete(tx, grant, &port).await?;
    }
    Ok(())
}
