//! Networks and ports as hosts should have them, put together from the records.

use std::net::{IpAddr, Ipv4Addr};

use sqlx::{AssertSqlSafe, FromRow};

use super::db::{self, Pool};
use crate::bus::contract::{NetworkPlan, PortPlan, Segment, SubnetPlan};
use crate::model::network::{HostRoute, bridge_name, tap_name};
use crate::model::{Error, InstanceId, NetworkId, PortId, Result, SubnetId};

/// The owner of the port whose address the DHCP server uses.
const DHCP: &str = "network:dhcp";

#[derive(FromRow)]
struct NetworkRow {
    id: NetworkId,
    name: String,
    mtu: i64,
    admin_state_up: bool,
    provider_type: String,
    physical_network: Option<String>,
    segmentation_id: Option<i64>,
}

macro_rules! select_networks {
    ($condition:literal) => {
        concat!(
            "SELECT id, name, mtu, admin_state_up, provider_type, physical_network, segmentation_id FROM networks n \
             WHERE EXISTS (SELECT 1 FROM ports p WHERE p.network_id = n.id AND p.host = $1)",
            $condition
        )
    };
}

const ON_HOST: &str = select_networks!(" ORDER BY id");

/// Every network that has a port on the host.
pub async fn networks_on(db: &Pool, host: &str) -> Result<Vec<NetworkPlan>> {
    let rows: Vec<NetworkRow> = db::query_as(ON_HOST).bind(host).fetch_all(db).await?;
    let mut plans = Vec::with_capacity(rows.len());
    for row in rows {
        plans.push(plan(db, row).await?);
    }
    Ok(plans)
}

const ONE_ON_HOST: &str = select_networks!(" AND id = $2");

/// One network, unless it is gone or has no port on the host.
pub async fn network_on(db: &Pool, host: &str, id: &NetworkId) -> Result<Option<NetworkPlan>> {
    let row: Option<NetworkRow> = db::query_as(ONE_ON_HOST).bind(host).bind(id).fetch_optional(db).await?;
    match row {
        Some(row) => plan(db, row).await.map(Some),
        None => Ok(None),
    }
}

async fn plan(db: &Pool, row: NetworkRow) -> Result<NetworkPlan> {
    Ok(NetworkPlan {
        subnets: subnets(db, &row.id).await?,
        ports: ports(db, "p.network_id = $1", row.id.as_str()).await?,
        bridge: bridge_name(&row.id),
        segment: segment(&row.provider_type, row.physical_network, row.segmentation_id),
        admin_state_up: row.admin_state_up,
        network_id: row.id,
        name: row.name,
        mtu: row.mtu,
    })
}

fn segment(provider_type: &str, physical_network: Option<String>, id: Option<i64>) -> Segment {
    match (provider_type, physical_network, id) {
        ("flat", Some(physical_network), _) => Segment::Flat { physical_network },
        ("vlan", Some(physical_network), Some(id)) => Segment::Vlan { physical_network, id },
        _ => Segment::Local,
    }
}

#[derive(FromRow)]
struct SubnetRow {
    id: SubnetId,
    cidr: String,
    gateway_ip: Option<String>,
    enable_dhcp: bool,
    #[sqlx(json)]
    dns_nameservers: Vec<IpAddr>,
    #[sqlx(json)]
    host_routes: Vec<HostRoute>,
    dhcp_ip: Option<String>,
}

const SUBNETS: &str = "SELECT s.id, s.cidr, s.gateway_ip, s.enable_dhcp, s.dns_nameservers, s.host_routes, \
    (SELECT a.ip FROM ip_allocations a JOIN ports p ON p.id = a.port_id \
     WHERE a.subnet_id = s.id AND p.device_owner = $2 ORDER BY p.created_at LIMIT 1) AS dhcp_ip \
    FROM subnets s WHERE s.network_id = $1 ORDER BY s.created_at, s.id";

pub(super) async fn subnets(db: &Pool, network: &NetworkId) -> Result<Vec<SubnetPlan>> {
    let rows: Vec<SubnetRow> = db::query_as(SUBNETS).bind(network).bind(DHCP).fetch_all(db).await?;
    rows.into_iter().map(SubnetPlan::try_from).collect()
}

impl TryFrom<SubnetRow> for SubnetPlan {
    type Error = Error;

    fn try_from(row: SubnetRow) -> Result<Self> {
        Ok(Self {
            subnet_id: row.id,
            cidr: row.cidr.parse().map_err(Error::internal)?,
            gateway_ip: address(row.gateway_ip)?,
            enable_dhcp: row.enable_dhcp,
            dhcp_ip: address(row.dhcp_ip)?,
            dns_nameservers: row.dns_nameservers,
            host_routes: row.host_routes,
        })
    }
}

#[derive(FromRow)]
struct PortRow {
    id: PortId,
    network_id: NetworkId,
    mac: String,
    device_id: String,
    device_owner: String,
    host: String,
    mtu: i64,
    ip: Option<String>,
    instance_name: Option<String>,
}

/// The ports of an instance, in the order of its NICs.
pub async fn ports_of(db: &Pool, device: &InstanceId) -> Result<Vec<PortPlan>> {
    ports(db, "p.device_id = $1", device.as_str()).await
}

async fn ports(db: &Pool, condition: &'static str, value: &str) -> Result<Vec<PortPlan>> {
    let sql = format!(
        "SELECT p.id, p.network_id, p.mac, p.device_id, p.device_owner, p.host, n.mtu, \
         CASE WHEN i.hostname <> '' THEN i.hostname ELSE i.name END AS instance_name, \
         (SELECT min(a.ip) FROM ip_allocations a WHERE a.port_id = p.id) AS ip \
         FROM ports p JOIN networks n ON n.id = p.network_id LEFT JOIN instances i ON i.id = p.device_id \
         WHERE {condition} ORDER BY p.device_index, p.created_at, p.id"
    );
    let rows: Vec<PortRow> = db::query_as(AssertSqlSafe(sql)).bind(value).fetch_all(db).await?;
    rows.into_iter().map(PortPlan::try_from).collect()
}

impl TryFrom<PortRow> for PortPlan {
    type Error = Error;

    fn try_from(row: PortRow) -> Result<Self> {
        let ip = address(row.ip)?;
        Ok(Self {
            tap: tap_name(&row.id),
            bridge: bridge_name(&row.network_id),
            hostname: match (&row.instance_name, ip) {
                (Some(name), _) => host_name(name, &row.device_id),
                (None, Some(ip)) => format!("host-{}", ip.to_string().replace('.', "-")),
                (None, None) => format!("port-{}", row.id),
            },
            port_id: row.id,
            network_id: row.network_id,
            mac: row.mac,
            ip,
            device_id: row.device_id,
            device_owner: row.device_owner,
            host: row.host,
            mtu: row.mtu,
        })
    }
}

fn address(text: Option<String>) -> Result<Option<Ipv4Addr>> {
    text.map(|text| text.parse().map_err(Error::internal)).transpose()
}

/// An instance's name made fit for DNS and DHCP: letters, digits and inner hyphens, at most 63; where nothing of the
/// name is left, the start of its id.
pub fn host_name(name: &str, id: &str) -> String {
    let fit = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() => Some(letter.to_ascii_lowercase()),
        ' ' | '_' | '-' | '.' => Some('-'),
        _ => None,
    };
    let name: String = name.chars().filter_map(fit).collect();
    let name: String = name.trim_matches('-').chars().take(63).collect();
    match name.trim_end_matches('-') {
        "" => format!("server-{}", id.split('-').next().unwrap_or_default()),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_fit_for_dns() {
        assert_eq!(host_name("Web 1.prod", "x"), "web-1-prod");
        assert_eq!(host_name("--a--", "x"), "a");
        assert_eq!(host_name("云主机", "0f3c-aa"), "server-0f3c");
        assert_eq!(host_name(&format!("{}-b", "a".repeat(62)), "x"), "a".repeat(62));
    }
}
