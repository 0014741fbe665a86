//! The ports of an instance that goes away.

use super::Tx;
use super::db;
use crate::model::{InstanceId, NetworkId, PortId, Result, SecurityGroupId};

const HOSTS: &str = "SELECT DISTINCT host, network_id FROM ports WHERE host <> '' AND network_id IN \
    (SELECT network_id FROM ports WHERE device_id = $1) ORDER BY host, network_id";

/// Every host that has a port on a network of the instance, with that network.
pub async fn hosts_of(tx: &mut Tx, instance: &InstanceId) -> Result<Vec<(String, NetworkId)>> {
    Ok(db::query_as(HOSTS).bind(instance).fetch_all(&mut **tx).await?)
}

const DELETE_ONE: &str = "DELETE FROM ports WHERE id = $2 AND device_id = $1 AND created_by_launch";
const FREE_ONE: &str = "UPDATE ports SET device_id = '', device_owner = '', host = '', status = 'DOWN', \
    device_index = 0 WHERE id = $2 AND device_id = $1";

/// As [`release`], one of them.
pub async fn release_one(tx: &mut Tx, instance: &InstanceId, port: &PortId) -> Result<()> {
    db::query(DELETE_ONE).bind(instance).bind(port).execute(&mut **tx).await?;
    db::query(FREE_ONE).bind(instance).bind(port).execute(&mut **tx).await?;
    Ok(())
}

const GROUPS: &str = "SELECT DISTINCT g.security_group_id FROM port_security_groups g JOIN ports p ON p.id = g.port_id \
    WHERE p.device_id = $1 AND p.created_by_launch ORDER BY g.security_group_id";

/// The security groups that lose a member with the instance.
pub async fn groups_of(tx: &mut Tx, instance: &InstanceId) -> Result<Vec<SecurityGroupId>> {
    Ok(db::query_scalar(GROUPS).bind(instance).fetch_all(&mut **tx).await?)
}

const DELETE: &str = "DELETE FROM ports WHERE device_id = $1 AND created_by_launch";
const FREE: &str = "UPDATE ports SET device_id = '', device_owner = '', host = '', status = 'DOWN', device_index = 0 \
    WHERE device_id = $1";

/// Deletes those that its launch made, with their addresses, and frees the others.
pub async fn release(tx: &mut Tx, instance: &InstanceId) -> Result<()> {
    db::query(DELETE).bind(instance).execute(&mut **tx).await?;
    db::query(FREE).bind(instance).execute(&mut **tx).await?;
    Ok(())
}
