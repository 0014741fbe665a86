//! What may pass at the ports of a host, put together from the records.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{self, Connection, Pool};
use super::security_groups;
use crate::bus::contract::{FirewallGroup, FirewallPlan, FirewallPort};
use crate::model::network::{AddressPair, bridge_name, tap_name};
use crate::model::{Error, NetworkId, PortId, Result, SecurityGroupId};

/// Every port of an instance on the host, with the groups that it is in, and the members of those that rules of these
/// name. The number of queries does not grow with the number of ports.
pub async fn of_host(db: &Pool, host: &str) -> Result<FirewallPlan> {
    let mut snapshot = db.snapshot().await?;
    let ports = ports(&mut snapshot, host).await?;
    let groups = groups(&mut snapshot, host, &ports).await?;
    Ok(FirewallPlan { ports, groups })
}

/// Ports of instances on host `$1`.
macro_rules! here {
    () => {
        "p.host = $1 AND p.device_owner LIKE 'compute:%'"
    };
}

#[derive(FromRow)]
struct PortRow {
    id: PortId,
    network_id: NetworkId,
    mac: String,
    admin_state_up: bool,
    port_security: bool,
    #[sqlx(json)]
    allowed_address_pairs: Vec<AddressPair>,
}

const PORTS: &str = concat!(
    "SELECT p.id, p.network_id, p.mac, p.admin_state_up, p.port_security, p.allowed_address_pairs FROM ports p WHERE ",
    here!(),
    " ORDER BY p.id"
);
const ADDRESSES: &str = concat!(
    "SELECT p.id, a.ip FROM ip_allocations a JOIN ports p ON p.id = a.port_id WHERE ",
    here!(),
    " ORDER BY a.ip"
);
const GROUPS: &str = concat!(
    "SELECT p.id, g.security_group_id FROM port_security_groups g JOIN ports p ON p.id = g.port_id WHERE ",
    here!(),
    " ORDER BY g.security_group_id"
);
const SERVERS: &str = concat!(
    "SELECT d.network_id, a.ip FROM ports d JOIN ip_allocations a ON a.port_id = d.id \
     WHERE d.device_owner = 'network:dhcp' AND d.network_id IN (SELECT p.network_id FROM ports p WHERE ",
    here!(),
    ") ORDER BY a.ip"
);

async fn ports(db: &mut Connection, host: &str) -> Result<Vec<FirewallPort>> {
    let rows: Vec<PortRow> = db::query_as(PORTS).bind(host).fetch_all(&mut *db).await?;
    let addresses: Vec<(PortId, String)> = db::query_as(ADDRESSES).bind(host).fetch_all(&mut *db).await?;
    let groups: Vec<(PortId, SecurityGroupId)> = db::query_as(GROUPS).bind(host).fetch_all(&mut *db).await?;
    let servers: Vec<(NetworkId, String)> = db::query_as(SERVERS).bind(host).fetch_all(&mut *db).await?;
    let mut addresses: HashMap<PortId, Vec<IpAddr>> = gathered(read(addresses)?);
    let mut groups = gathered(groups);
    let servers: HashMap<NetworkId, Vec<Ipv4Addr>> = gathered(read(servers)?);
    let port = |row: PortRow| FirewallPort {
        tap: tap_name(&row.id),
        bridge: bridge_name(&row.network_id),
        mac: row.mac,
        ips: addresses.remove(&row.id).unwrap_or_default(),
        allowed_address_pairs: row.allowed_address_pairs,
        port_security: row.port_security,
        admin_state_up: row.admin_state_up,
        groups: groups.remove(&row.id).unwrap_or_default(),
        dhcp_servers: servers.get(&row.network_id).cloned().unwrap_or_default(),
        port_id: row.id,
        network_id: row.network_id,
    };
    Ok(rows.into_iter().map(port).collect())
}

/// The groups that rules at host `$1` name as their remote side.
macro_rules! named {
    () => {
        concat!(
            "(SELECT r.remote_group_id FROM security_group_rules r JOIN port_security_groups g \
             ON g.security_group_id = r.security_group_id JOIN ports p ON p.id = g.port_id WHERE ",
            here!(),
            ")"
        )
    };
}

const MEMBERS: &str = concat!(
    "SELECT m.security_group_id, a.ip FROM port_security_groups m JOIN ip_allocations a ON a.port_id = m.port_id \
     WHERE m.security_group_id IN ",
    named!()
);
const PAIRS_OF_MEMBERS: &str = concat!(
    "SELECT m.security_group_id, o.allowed_address_pairs FROM port_security_groups m JOIN ports o ON o.id = m.port_id \
     WHERE o.allowed_address_pairs <> '[]' AND m.security_group_id IN ",
    named!()
);

async fn groups(db: &mut Connection, host: &str, ports: &[FirewallPort]) -> Result<Vec<FirewallGroup>> {
    let rules = security_groups::rules_at(&mut *db, host).await?;
    let addresses: Vec<(SecurityGroupId, String)> = db::query_as(MEMBERS).bind(host).fetch_all(&mut *db).await?;
    let pairs: Vec<(SecurityGroupId, Json<Vec<AddressPair>>)> =
        db::query_as(PAIRS_OF_MEMBERS).bind(host).fetch_all(db).await?;
    let addresses = read::<_, IpAddr>(addresses)?.into_iter().map(|(group, ip)| (group, IpNet::from(ip)));
    let pairs =
        pairs.into_iter().flat_map(|(group, Json(pairs))| pairs.into_iter().map(move |pair| (group.clone(), pair.ip)));
    let mut members: BTreeMap<SecurityGroupId, BTreeSet<IpNet>> = BTreeMap::new();
    for (group, net) in addresses.chain(pairs) {
        members.entry(group).or_default().insert(net);
    }
    let named = rules.iter().filter_map(|rule| rule.remote_group_id.clone());
    let ids: BTreeSet<SecurityGroupId> =
        ports.iter().flat_map(|port| port.groups.iter().cloned()).chain(named).collect();
    let mut rules_of = gathered(rules.into_iter().map(|rule| (rule.security_group_id.clone(), rule)));
    let group = |group_id: SecurityGroupId| FirewallGroup {
        rules: rules_of.remove(&group_id).unwrap_or_default(),
        members: members.remove(&group_id).unwrap_or_default().into_iter().collect(),
        group_id,
    };
    Ok(ids.into_iter().map(group).collect())
}

fn read<K, V>(rows: Vec<(K, String)>) -> Result<Vec<(K, V)>>
where
    V: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    rows.into_iter().map(|(key, text)| Ok((key, text.parse().map_err(Error::internal)?))).collect()
}

fn gathered<K: Eq + Hash, V>(rows: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut all: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in rows {
        all.entry(key).or_default().push(value);
    }
    all
}
