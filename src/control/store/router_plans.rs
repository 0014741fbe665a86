//! Routers as hosts should have them, put together from the records.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use sqlx::types::Json;
use sqlx::{FromRow, Row as _};

use super::db::{self, Pool, from_row, parsed};
use crate::bus::contract::{FloatingPlan, GatewayPlan, LegPlan, RouterPlan};
use crate::model::network::{HostRoute, bridge_name};
use crate::model::router::{GATEWAY, INTERFACE};
use crate::model::{Error, NetworkId, PortId, Result, RouterId};

/// Every router that the host carries.
pub async fn on_host(db: &Pool, host: &str) -> Result<Vec<RouterPlan>> {
    plans(db, host, "").await
}

/// One router, unless it is gone or the host does not carry it.
pub async fn one_on_host(db: &Pool, host: &str, id: &RouterId) -> Result<Option<RouterPlan>> {
    Ok(plans(db, host, id.as_str()).await?.pop())
}

macro_rules! carried {
    ($select:literal, $order:literal) => {
        concat!($select, " WHERE r.host = $1 AND ($2 = '' OR r.id = $2) ORDER BY ", $order)
    };
}

const ROUTERS: &str = carried!("SELECT r.id, r.admin_state_up, r.enable_snat, r.routes FROM routers r", "r.id");
const LEGS: &str = carried!(
    "SELECT r.id AS router_id, p.id AS port_id, p.network_id, p.device_owner, p.mac, n.mtu, a.ip, s.cidr, s.gateway_ip \
     FROM routers r JOIN ports p ON p.device_id = r.id JOIN networks n ON n.id = p.network_id \
     JOIN ip_allocations a ON a.port_id = p.id JOIN subnets s ON s.id = a.subnet_id",
    "p.created_at, p.device_index, p.id, a.ip"
);
const FLOATING: &str = carried!(
    "SELECT r.id AS router_id, a.ip, f.fixed_ip FROM routers r \
     JOIN floating_ips f ON f.router_id = r.id AND f.fixed_port_id IS NOT NULL \
     JOIN ip_allocations a ON a.port_id = f.port_id",
    "a.ip"
);

async fn plans(db: &Pool, host: &str, id: &str) -> Result<Vec<RouterPlan>> {
    let mut seen = db.snapshot().await?;
    let routers: Vec<RouterRow> = db::query_as(ROUTERS).bind(host).bind(id).fetch_all(&mut *seen).await?;
    let legs: Vec<LegRow> = db::query_as(LEGS).bind(host).bind(id).fetch_all(&mut *seen).await?;
    let floating: Vec<FloatingRow> = db::query_as(FLOATING).bind(host).bind(id).fetch_all(&mut *seen).await?;
    let mut legs_of: HashMap<RouterId, Vec<LegRow>> = HashMap::new();
    for leg in legs {
        legs_of.entry(leg.router_id.clone()).or_default().push(leg);
    }
    let mut floating_of: HashMap<RouterId, Vec<FloatingPlan>> = HashMap::new();
    for FloatingRow(router, plan) in floating {
        floating_of.entry(router).or_default().push(plan);
    }
    let plan = |row: RouterRow| {
        let legs = legs_of.remove(&row.id).unwrap_or_default();
        let floating_ips = floating_of.remove(&row.id).unwrap_or_default();
        row.with(legs, floating_ips)
    };
    routers.into_iter().map(plan).collect()
}

#[derive(FromRow)]
struct RouterRow {
    id: RouterId,
    admin_state_up: bool,
    enable_snat: bool,
    routes: Json<Vec<HostRoute>>,
}

impl RouterRow {
    fn with(self, legs: Vec<LegRow>, floating_ips: Vec<FloatingPlan>) -> Result<RouterPlan> {
        let mut interfaces = Vec::new();
        let mut gateway: Option<GatewayPlan> = None;
        for leg in legs {
            if leg.owner == INTERFACE {
                match interfaces.iter_mut().find(|known: &&mut LegPlan| known.port_id == leg.port_id) {
                    Some(known) => known.addresses.push(leg.address()?),
                    None => interfaces.push(leg.plan()?),
                }
            } else if leg.owner == GATEWAY {
                match &mut gateway {
                    Some(known) => known.leg.addresses.push(leg.address()?),
                    None => {
                        let next_hop = leg.next_hop;
                        gateway = Some(GatewayPlan { leg: leg.plan()?, next_hop, enable_snat: self.enable_snat });
                    }
                }
            }
        }
        let Self { id: router_id, admin_state_up, routes: Json(routes), .. } = self;
        Ok(RouterPlan { router_id, admin_state_up, interfaces, gateway, routes, floating_ips })
    }
}

struct LegRow {
    router_id: RouterId,
    port_id: PortId,
    network_id: NetworkId,
    owner: String,
    mac: String,
    mtu: i64,
    ip: Ipv4Addr,
    subnet: Ipv4Net,
    next_hop: Option<Ipv4Addr>,
}

impl LegRow {
    fn address(&self) -> Result<Ipv4Net> {
        Ipv4Net::new(self.ip, self.subnet.prefix_len()).map_err(Error::internal)
    }

    fn plan(self) -> Result<LegPlan> {
        let addresses = vec![self.address()?];
        let bridge = bridge_name(&self.network_id);
        let Self { port_id, network_id, mac, mtu, .. } = self;
        Ok(LegPlan { port_id, network_id, bridge, mac, mtu, addresses })
    }
}

from_row!(LegRow, |row| {
    let gateway: Option<&str> = row.try_get("gateway_ip")?;
    Ok(LegRow {
        router_id: row.try_get("router_id")?,
        port_id: row.try_get("port_id")?,
        network_id: row.try_get("network_id")?,
        owner: row.try_get("device_owner")?,
        mac: row.try_get("mac")?,
        mtu: row.try_get("mtu")?,
        ip: parsed(row, "ip")?,
        subnet: parsed(row, "cidr")?,
        next_hop: gateway.map(|_| parsed(row, "gateway_ip")).transpose()?,
    })
});

struct FloatingRow(RouterId, FloatingPlan);

from_row!(FloatingRow, |row| {
    let plan = FloatingPlan { floating_ip: parsed(row, "ip")?, fixed_ip: parsed(row, "fixed_ip")? };
    Ok(FloatingRow(row.try_get("router_id")?, plan))
});
