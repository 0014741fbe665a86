//! Which port holds which address. The table's primary key is what keeps an address from being given twice.

use std::collections::HashSet;
use std::net::Ipv4Addr;

use super::Tx;
use super::db::{self, Executor};
use crate::model::network::{FixedIp, Subnet};
use crate::model::{Error, PortId, Result, SubnetId};

const TAKEN: &str = "SELECT ip FROM ip_allocations WHERE subnet_id = $1";
const TAKE: &str = "INSERT INTO ip_allocations (subnet_id, ip, port_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const OF_PORT: &str = "DELETE FROM ip_allocations WHERE port_id = $1";
const OF_OWNER: &str = "
    DELETE FROM ip_allocations
    WHERE subnet_id = $1 AND port_id IN (SELECT id FROM ports WHERE network_id = $2 AND device_owner = $3)";
const GIVE_BACK: &str = "DELETE FROM ip_allocations WHERE subnet_id = $1";

/// Every address of the subnet that a port holds.
pub async fn taken(on: impl Executor<'_>, subnet: &SubnetId) -> Result<HashSet<Ipv4Addr>> {
    let texts: Vec<String> = db::query_scalar(TAKEN).bind(subnet).fetch_all(on).await?;
    texts.iter().map(|text| text.parse().map_err(Error::internal)).collect()
}

/// Gives the address to the port; false if another port holds it.
pub async fn take(tx: &mut Tx, address: &FixedIp, port: &PortId) -> Result<bool> {
    let done =
        db::query(TAKE).bind(&address.subnet_id).bind(address.ip.to_string()).bind(port).execute(&mut **tx).await?;
    Ok(done.rows_affected() == 1)
}

const RELEASE: &str = "DELETE FROM ip_allocations WHERE subnet_id = $1 AND ip = $2 AND port_id = $3";
const LED_TO: &str = "
    SELECT a.ip FROM floating_ips f JOIN ip_allocations a ON a.port_id = f.port_id
    WHERE f.fixed_port_id = $1 AND f.fixed_ip = $2";

/// Takes the address back from the port.
pub async fn release(tx: &mut Tx, address: &FixedIp, port: &PortId) -> Result<()> {
    db::query(RELEASE).bind(&address.subnet_id).bind(address.ip.to_string()).bind(port).execute(&mut **tx).await?;
    Ok(())
}

/// The floating IP that leads to the port's address.
pub async fn led_to_by(on: impl Executor<'_>, port: &PortId, ip: Ipv4Addr) -> Result<Option<String>> {
    Ok(db::query_scalar(LED_TO).bind(port).bind(ip.to_string()).fetch_optional(on).await?)
}

/// Gives every address of the subnet back.
pub async fn give_back(tx: &mut Tx, subnet: &SubnetId) -> Result<()> {
    db::query(GIVE_BACK).bind(subnet).execute(&mut **tx).await?;
    Ok(())
}

/// Gives every address of the port back.
pub async fn give_back_all(tx: &mut Tx, port: &PortId) -> Result<()> {
    db::query(OF_PORT).bind(port).execute(&mut **tx).await?;
    Ok(())
}

/// Gives back the subnet's addresses that the network's ports of one owner hold.
pub async fn give_back_of(tx: &mut Tx, subnet: &Subnet, owner: &str) -> Result<()> {
    let query = db::query(OF_OWNER).bind(&subnet.id).bind(&subnet.network_id).bind(owner);
    query.execute(&mut **tx).await?;
    Ok(())
}
