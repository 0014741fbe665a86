//! Networks.

use std::collections::HashSet;

use sqlx::Row as _;

use super::Tx;
use super::db::{self, Connection, Executor, from_row};
use super::{rbac, subnets};
use crate::control::policy::Grant;
use crate::model::network::{Network, Standard};
use crate::model::{NetworkId, ProjectId, Result};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, name, description, admin_state_up, shared, external, mtu, provider_type, \
             physical_network, segmentation_id, port_security, revision, tags, created_at, updated_at FROM networks ",
            $rest
        )
    };
}

const VISIBLE: &str = select!(
    "WHERE $1 OR project_id = $2 OR shared OR external \
     OR id IN (SELECT network_id FROM rbac_policies WHERE target_project = $2) ORDER BY name, id"
);
const BY_ID: &str = select!("WHERE id = $1");
const INSERT: &str = "
    INSERT INTO networks (id, project_id, name, description, admin_state_up, shared, external, mtu, provider_type,
                          physical_network, segmentation_id, port_security, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const UPDATE: &str = "
    UPDATE networks SET name = $2, description = $3, admin_state_up = $4, shared = $5, external = $6,
        port_security = $7, updated_at = $8, revision = revision + 1
    WHERE id = $1";
const DELETE: &str = "DELETE FROM networks WHERE id = $1";

// Without its subnets and those with whom it is shared.
from_row!(Network, |row| {
    Ok(Network {
        id: row.try_get("id")?,
        project_id: row.try_get("project_id")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        admin_state_up: row.try_get("admin_state_up")?,
        shared: row.try_get("shared")?,
        external: row.try_get("external")?,
        mtu: row.try_get("mtu")?,
        provider_type: row.try_get("provider_type")?,
        physical_network: row.try_get("physical_network")?,
        segmentation_id: row.try_get("segmentation_id")?,
        port_security: row.try_get("port_security")?,
        subnets: Vec::new(),
        shared_with: Vec::new(),
        standard: Standard::from_row(row)?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
});

/// The project's own, shared and external ones, or `all`; by name, with their subnets.
pub async fn visible(db: &mut Connection, project: &ProjectId, all: bool) -> Result<Vec<Network>> {
    let mut networks: Vec<Network> = db::query_as(VISIBLE).bind(all).bind(project).fetch_all(&mut *db).await?;
    let mut subnets = subnets::by_network(&mut *db).await?;
    let mut targets = rbac::targets(db).await?;
    for network in &mut networks {
        network.subnets = subnets.remove(&network.id).unwrap_or_default();
        network.shared_with = targets.remove(&network.id).unwrap_or_default();
    }
    Ok(networks)
}

/// One, with its subnets.
pub async fn by_id(db: &mut Connection, id: &NetworkId) -> Result<Option<Network>> {
    let found: Option<Network> = db::query_as(BY_ID).bind(id).fetch_optional(&mut *db).await?;
    let Some(mut network) = found else { return Ok(None) };
    network.subnets = subnets::of_network(&mut *db, id).await?;
    network.shared_with = rbac::targets_of(&mut *db, id).await?;
    Ok(Some(network))
}

pub async fn insert(tx: &mut Tx, _: Grant, network: &Network) -> Result<()> {
    db::query(INSERT)
        .bind(&network.id)
        .bind(&network.project_id)
        .bind(&network.name)
        .bind(&network.description)
        .bind(network.admin_state_up)
        .bind(network.shared)
        .bind(network.external)
        .bind(network.mtu)
        .bind(&network.provider_type)
        .bind(&network.physical_network)
        .bind(network.segmentation_id)
        .bind(network.port_security)
        .bind(network.created_at)
        .bind(network.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes what can be changed of it.
pub async fn update(tx: &mut Tx, _: Grant, network: &Network) -> Result<()> {
    db::query(UPDATE)
        .bind(&network.id)
        .bind(&network.name)
        .bind(&network.description)
        .bind(network.admin_state_up)
        .bind(network.shared)
        .bind(network.external)
        .bind(network.port_security)
        .bind(network.updated_at)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Its ports and subnets must be gone.
pub async fn delete(tx: &mut Tx, _: Grant, id: &NetworkId) -> Result<()> {
    db::query(DELETE).bind(id).execute(&mut **tx).await?;
    Ok(())
}

const HOSTS: &str = "SELECT DISTINCT host FROM ports WHERE network_id = $1 AND host <> '' ORDER BY host";

/// The hosts that have a port on it.
pub async fn hosts(on: impl Executor<'_>, id: &NetworkId) -> Result<Vec<String>> {
    Ok(db::query_scalar(HOSTS).bind(id).fetch_all(on).await?)
}

const VLANS: &str = "SELECT segmentation_id FROM networks WHERE provider_type = 'vlan' AND physical_network = $1";

/// The VLANs of a physical network that are networks.
pub async fn vlans_on(on: impl Executor<'_>, physical: &str) -> Result<HashSet<i64>> {
    let taken: Vec<i64> = db::query_scalar(VLANS).bind(physical).fetch_all(on).await?;
    Ok(taken.into_iter().collect())
}

const ON_SEGMENT: &str = "
    SELECT name FROM networks
    WHERE provider_type = $1 AND physical_network = $2 AND segmentation_id IS NOT DISTINCT FROM $3 ORDER BY created_at LIMIT 1";

/// The name of the network that is this segment already.
pub async fn on_segment(on: impl Executor<'_>, kind: &str, physical: &str, id: Option<i64>) -> Result<Option<String>> {
    Ok(db::query_scalar(ON_SEGMENT).bind(kind).bind(physical).bind(id).fetch_optional(on).await?)
}
