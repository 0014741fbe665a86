//! Routers, with the ports by which they stand in networks.

use std::collections::HashMap;

use sqlx::Row as _;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Connection, Executor, from_row, parsed};
use crate::control::policy::Grant;
use crate::model::network::{FixedIp, Standard};
use crate::model::router::{ExternalGateway, GATEWAY, INTERFACE, Router, RouterInterface};
use crate::model::{NetworkId, PortId, ProjectId, Result, RouterId, SubnetId, Timestamp};

/// Routers and their legs, both by one condition on `$1`.
struct Select {
    routers: &'static str,
    legs: &'static str,
}

macro_rules! select {
    ($condition:literal) => {
        Select {
            routers: concat!(
                "SELECT r.id, r.project_id, r.name, r.description, r.admin_state_up, r.enable_snat, r.routes, r.host, \
                 r.revision, r.tags, r.created_at, r.updated_at FROM routers r WHERE ",
                $condition,
                " ORDER BY r.name, r.id"
            ),
            legs: concat!(
                "SELECT r.id AS router_id, p.id AS port_id, p.network_id, p.device_owner, a.subnet_id, a.ip \
                 FROM routers r JOIN ports p ON p.device_id = r.id JOIN ip_allocations a ON a.port_id = p.id WHERE ",
                $condition,
                " ORDER BY p.created_at, p.device_index, p.id, a.subnet_id, a.ip"
            ),
        }
    };
}

/// Every id is greater than the empty one.
const ALL: Select = select!("r.id > $1");
const OF_PROJECT: Select = select!("r.project_id = $1");
const BY_ID: Select = select!("r.id = $1");
const ON_HOST: Select = select!("r.host = $1");
const ON_NETWORK: Select =
    select!("EXISTS (SELECT 1 FROM ports leg WHERE leg.device_id = r.id AND leg.network_id = $1)");

struct Row {
    router: Router,
    enable_snat: bool,
}

// Without legs.
from_row!(Row, |row| {
    let router = Router {
        id: row.try_get("id")?,
        project_id: row.try_get("project_id")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        admin_state_up: row.try_get("admin_state_up")?,
        gateway: None,
        interfaces: Vec::new(),
        routes: row.try_get::<Json<_>, _>("routes")?.0,
        host: row.try_get("host")?,
        standard: Standard::from_row(row)?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    };
    Ok(Row { router, enable_snat: row.try_get("enable_snat")? })
});

struct Leg {
    router_id: RouterId,
    port_id: PortId,
    network_id: NetworkId,
    owner: String,
    address: FixedIp,
}

from_row!(Leg, |row| {
    Ok(Leg {
        router_id: row.try_get("router_id")?,
        port_id: row.try_get("port_id")?,
        network_id: row.try_get("network_id")?,
        owner: row.try_get("device_owner")?,
        address: FixedIp { subnet_id: row.try_get("subnet_id")?, ip: parsed(row, "ip")? },
    })
});

impl Row {
    fn with(mut self, legs: Vec<Leg>) -> Router {
        for Leg { port_id, network_id, owner, address, .. } in legs {
            if owner == INTERFACE {
                let FixedIp { subnet_id, ip } = address;
                self.router.interfaces.push(RouterInterface { port_id, network_id, subnet_id, ip });
            } else if owner == GATEWAY {
                let (enable_snat, fixed_ips) = (self.enable_snat, Vec::new());
                let fresh = ExternalGateway { network_id, port_id, enable_snat, fixed_ips };
                self.router.gateway.get_or_insert(fresh).fixed_ips.push(address);
            }
        }
        self.router
    }
}

async fn select(db: &mut Connection, by: Select, value: &str) -> Result<Vec<Router>> {
    let rows: Vec<Row> = db::query_as(by.routers).bind(value).fetch_all(&mut *db).await?;
    let legs: Vec<Leg> = db::query_as(by.legs).bind(value).fetch_all(db).await?;
    let mut legs_of: HashMap<RouterId, Vec<Leg>> = HashMap::new();
    for leg in legs {
        legs_of.entry(leg.router_id.clone()).or_default().push(leg);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let legs = legs_of.remove(&row.router.id).unwrap_or_default();
            row.with(legs)
        })
        .collect())
}

pub async fn all(db: &mut Connection) -> Result<Vec<Router>> {
    select(db, ALL, "").await
}

pub async fn of_project(db: &mut Connection, project: &ProjectId) -> Result<Vec<Router>> {
    select(db, OF_PROJECT, project.as_str()).await
}

pub async fn by_id(db: &mut Connection, id: &RouterId) -> Result<Option<Router>> {
    Ok(select(db, BY_ID, id.as_str()).await?.pop())
}

/// Those that no host carries yet.
pub async fn unplaced(db: &mut Connection) -> Result<Vec<Router>> {
    select(db, ON_HOST, "").await
}

/// Those with an interface or their gateway on the network.
pub async fn on_network(db: &mut Connection, network: &NetworkId) -> Result<Vec<Router>> {
    select(db, ON_NETWORK, network.as_str()).await
}

const INSERT: &str = "
    INSERT INTO routers (id, project_id, name, description, admin_state_up, enable_snat, routes, host, created_at,
                         updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// Without its legs, which are ports.
pub async fn insert(tx: &mut Tx, _: Grant, router: &Router) -> Result<()> {
    db::query(INSERT)
        .bind(&router.id)
        .bind(&router.project_id)
        .bind(&router.name)
        .bind(&router.description)
        .bind(router.admin_state_up)
        .bind(enable_snat(router))
        .bind(Json(&router.routes))
        .bind(&router.host)
        .bind(router.created_at)
        .bind(router.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

const UPDATE: &str = "
    UPDATE routers SET name = $2, description = $3, admin_state_up = $4, enable_snat = $5, routes = $6,
        updated_at = $7, revision = revision + 1
    WHERE id = $1";

/// Writes what can be changed of it, but for its legs and its host.
pub async fn update(tx: &mut Tx, _: Grant, router: &Router) -> Result<()> {
    db::query(UPDATE)
        .bind(&router.id)
        .bind(&router.name)
        .bind(&router.description)
        .bind(router.admin_state_up)
        .bind(enable_snat(router))
        .bind(Json(&router.routes))
        .bind(router.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

fn enable_snat(router: &Router) -> bool {
    router.gateway.as_ref().is_none_or(|gateway| gateway.enable_snat)
}

const PLACE: &str = "UPDATE routers SET host = $2 WHERE id = $1";
const PLACE_LEGS: &str =
    "UPDATE ports SET host = $2, status = CASE WHEN $2 = '' THEN 'DOWN' ELSE 'ACTIVE' END WHERE device_id = $1";

/// Has a host carry the router, with all its legs.
pub async fn place(tx: &mut Tx, id: &RouterId, host: &str) -> Result<()> {
    for statement in [PLACE, PLACE_LEGS] {
        db::query(statement).bind(id).bind(host).execute(&mut **tx).await?;
    }
    Ok(())
}

const DELETE: &str = "DELETE FROM routers WHERE id = $1";

/// Its legs must be gone.
pub async fn delete(tx: &mut Tx, _: Grant, id: &RouterId) -> Result<()> {
    db::query(DELETE).bind(id).execute(&mut **tx).await?;
    Ok(())
}

const PER_HOST: &str = "SELECT host, count(*) FROM routers GROUP BY host";

/// How many routers each host carries.
pub async fn per_host(on: impl Executor<'_>) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = db::query_as(PER_HOST).fetch_all(on).await?;
    Ok(rows.into_iter().collect())
}

const HOST_OF: &str = "SELECT host FROM routers WHERE id = $1 AND host <> ''";

/// The host that carries it, if one does.
pub async fn host_of(on: impl Executor<'_>, id: &RouterId) -> Result<Option<String>> {
    Ok(db::query_scalar(HOST_OF).bind(id).fetch_optional(on).await?)
}

const BETWEEN: &str = "
    SELECT r.id FROM routers r
    JOIN ports inner_leg ON inner_leg.device_id = r.id AND inner_leg.device_owner = $3
    JOIN ip_allocations a ON a.port_id = inner_leg.id AND a.subnet_id = $1
    JOIN ports outer_leg ON outer_leg.device_id = r.id AND outer_leg.device_owner = $4 AND outer_leg.network_id = $2
    JOIN subnets s ON s.id = a.subnet_id
    ORDER BY coalesce(a.ip = s.gateway_ip, FALSE) DESC, r.created_at, r.id LIMIT 1";

/// The router that joins a subnet to an external network; of several, the one that guests there have as gateway.
pub async fn between(on: impl Executor<'_>, subnet: &SubnetId, network: &NetworkId) -> Result<Option<RouterId>> {
    let query = db::query_scalar(BETWEEN).bind(subnet).bind(network).bind(INTERFACE).bind(GATEWAY);
    Ok(query.fetch_optional(on).await?)
}

const ADOPT: &str = "
    UPDATE ports SET device_id = $2, device_owner = $3, host = $4,
        status = CASE WHEN $4 = '' THEN 'DOWN' ELSE 'ACTIVE' END,
        port_security = FALSE, allowed_address_pairs = '[]', revision = revision + 1, updated_at = $5,
        device_index = (SELECT count(*) FROM ports other WHERE other.device_id = $2)
    WHERE id = $1";
const LEAVE_GROUPS: &str = "DELETE FROM port_security_groups WHERE port_id = $1";

/// Makes a port that was free an interface of the router; nothing is filtered there.
pub async fn adopt(tx: &mut Tx, _: Grant, router: &Router, port: &PortId, now: Timestamp) -> Result<()> {
    let adopt = db::query(ADOPT).bind(port).bind(&router.id).bind(INTERFACE).bind(&router.host).bind(now);
    adopt.execute(&mut **tx).await?;
    db::query(LEAVE_GROUPS).bind(port).execute(&mut **tx).await?;
    Ok(())
}
