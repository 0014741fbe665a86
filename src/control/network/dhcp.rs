//! The port whose addresses a network's DHCP server uses.

use super::addresses;
use super::service_port::{self, Service};
use crate::control::policy::Grant;
use crate::control::store::{self, Tx};
use crate::model::network::{Network, Subnet};
use crate::model::{NetworkId, Result, Timestamp};

/// The owner of such ports.
pub const OWNER: &str = "network:dhcp";

/// Gives the network's DHCP server an address in a new subnet, and a port if it has none yet.
pub async fn serve(tx: &mut Tx, grant: Grant, network: &Network, subnet: &Subnet, now: Timestamp) -> Result<()> {
    let port = match store::ports::serving(&mut **tx, &network.id, OWNER).await?.into_iter().next() {
        Some(port) => port,
        None => {
            let service = Service { owner: OWNER, device: "", host: "", project: &network.project_id };
            service_port::insert(tx, grant, network, service, now).await?
        }
    };
    addresses::lowest_free(tx, std::slice::from_ref(subnet), &network.name, &port).await?;
    Ok(())
}

/// Takes the server's address in a subnet back, and its port when no subnet of the network wants DHCP any more.
pub async fn withdraw(tx: &mut Tx, grant: Grant, subnet: &Subnet) -> Result<()> {
    store::addresses::give_back_of(tx, subnet, OWNER).await?;
    retire_if_idle(tx, grant, &subnet.network_id).await
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
