//! Host aggregates; all of it is the administrators' business.

use std::collections::BTreeMap;

use super::ComputeApi;
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::{Tx, aggregates, hosts};
use crate::model::aggregate::{Aggregate, AggregatePatch, ZONE};
use crate::model::host::Host;
use crate::model::{Error, Noun, Reason, Result, validate};

const CHANGE: &str = "change host aggregates";

impl ComputeApi {
    /// Every aggregate, oldest first.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn aggregates(&self, ctx: &Ctx) -> Result<Vec<Aggregate>> {
        policy::check(ctx, Action::Administer, "list host aggregates")?;
        aggregates::all(&mut self.shared.db.snapshot().await?).await
    }

    /// One aggregate.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`.
    pub async fn aggregate(&self, ctx: &Ctx, id: i64) -> Result<Aggregate> {
        policy::check(ctx, Action::Administer, "look at a host aggregate")?;
        find(&mut self.shared.db.snapshot().await?, id).await
    }

    /// Makes one without hosts.
    ///
    /// # Errors
    /// `Forbidden`, `Duplicate`, or for a name that is none.
    pub async fn create_aggregate(&self, ctx: &Ctx, name: &str, zone: Option<&str>) -> Result<Aggregate> {
        let grant = policy::check(ctx, Action::Administer, CHANGE)?;
        let mut aggregate = Aggregate {
            id: 0,
            uuid: uuid::Uuid::new_v4().to_string(),
            name: validate::name("name", name)?,
            availability_zone: zone.map(zone_name).transpose()?,
            metadata: BTreeMap::new(),
            hosts: Vec::new(),
            created_at: self.shared.now(),
            updated_at: None,
        };
        let mut tx = self.shared.db.write().await?;
        aggregate.id = aggregates::insert(&mut tx, grant, &aggregate).await?;
        tx.commit().await?;
        Ok(aggregate)
    }

    /// Names it anew, or moves its hosts to another zone.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Duplicate`; `InUse` as [`Self::add_aggregate_host`].
    pub async fn update_aggregate(&self, ctx: &Ctx, id: i64, patch: AggregatePatch) -> Result<Aggregate> {
        let mut change = self.aggregate_to_change(ctx, id).await?;
        if let Some(name) = patch.name {
            change.aggregate.name = validate::name("name", &name)?;
        }
        if let Some(zone) = patch.availability_zone {
            change.aggregate.availability_zone = zone.as_deref().map(zone_name).transpose()?;
        }
        self.write_aggregate(&mut change).await?;
        self.finish_aggregate(change).await
    }

    /// Sets members of its metadata, and takes away those that are none; `availability_zone` is its zone.
    ///
    /// # Errors
    /// As [`Self::update_aggregate`].
    pub async fn set_aggregate_metadata(
        &self,
        ctx: &Ctx,
        id: i64,
        metadata: BTreeMap<String, Option<String>>,
    ) -> Result<Aggregate> {
        let mut change = self.aggregate_to_change(ctx, id).await?;
        let aggregate = &mut change.aggregate;
        for (name, value) in metadata {
            match value {
                zone if name == ZONE => aggregate.availability_zone = zone.as_deref().map(zone_name).transpose()?,
                Some(value) => drop(aggregate.metadata.insert(name, value)),
                None => drop(aggregate.metadata.remove(&name)),
            }
        }
        self.write_aggregate(&mut change).await?;
        self.finish_aggregate(change).await
    }

    /// Adds a host.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound` for the aggregate and the host; `InUse` if the host is in it already, if it would be in
    /// two zones, or if it would leave the zone that its instances were started in.
    pub async fn add_aggregate_host(&self, ctx: &Ctx, id: i64, host: &str) -> Result<Aggregate> {
        let mut change = self.aggregate_to_change(ctx, id).await?;
        if change.aggregate.hosts.iter().any(|known| known == host) {
            return Err(in_use(host, format!("aggregate {}", change.aggregate.name)));
        }
        if !aggregates::add_host(&mut change.tx, change.grant, id, host).await? {
            return Err(Error::not_found(Noun::Host, host));
        }
        self.finish_aggregate(change).await
    }

    /// Takes a host out.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`; `InUse` if it would leave the zone that its instances were started in.
    pub async fn remove_aggregate_host(&self, ctx: &Ctx, id: i64, host: &str) -> Result<Aggregate> {
        let mut change = self.aggregate_to_change(ctx, id).await?;
        if !aggregates::remove_host(&mut change.tx, change.grant, id, host).await? {
            return Err(Error::not_found(Noun::Host, host));
        }
        self.finish_aggregate(change).await
    }

    /// Deletes one without hosts.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`; `InUse` while hosts are in it.
    pub async fn delete_aggregate(&self, ctx: &Ctx, id: i64) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, CHANGE)?;
        let mut tx = self.shared.db.write().await?;
        if let Some(host) = find(&mut tx, id).await?.hosts.first() {
            let by = format!("host {host}");
            return Err(Reason::InUse { noun: Noun::Aggregate, id: id.to_string(), by }.into());
        }
        aggregates::delete(&mut tx, grant, id).await?;
        Ok(tx.commit().await?)
    }

    async fn aggregate_to_change(&self, ctx: &Ctx, id: i64) -> Result<Change> {
        let grant = policy::check(ctx, Action::Administer, CHANGE)?;
        let mut tx = self.shared.db.write().await?;
        let before = hosts::list(&mut *tx, self.shared.alive_since()).await?;
        let aggregate = find(&mut tx, id).await?;
        Ok(Change { tx, grant, before, aggregate })
    }

    async fn write_aggregate(&self, change: &mut Change) -> Result<()> {
        change.aggregate.updated_at = Some(self.shared.now());
        aggregates::update(&mut change.tx, change.grant, &change.aggregate).await
    }

    /// Looks at what became of the zones, before anybody else sees it.
    async fn finish_aggregate(&self, Change { mut tx, before, aggregate, .. }: Change) -> Result<Aggregate> {
        let all = aggregates::all(&mut tx).await?;
        one_zone_each(&all)?;
        for (before, after) in before.iter().zip(hosts::list(&mut *tx, self.shared.alive_since()).await?) {
            stays(before, &after)?;
        }
        let changed = named(all, aggregate.id)?;
        tx.commit().await?;
        for host in aggregate.hosts.iter().chain(&changed.hosts) {
            self.shared.tell_everybody(Noun::Host, host);
        }
        Ok(changed)
    }
}

/// A change that nobody sees yet.
struct Change {
    tx: Tx,
    grant: Grant,
    /// The hosts as they were before it.
    before: Vec<Host>,
    aggregate: Aggregate,
}

async fn find(tx: &mut Tx, id: i64) -> Result<Aggregate> {
    named(aggregates::all(tx).await?, id)
}

fn named(all: Vec<Aggregate>, id: i64) -> Result<Aggregate> {
    let found = all.into_iter().find(|aggregate| aggregate.id == id);
    found.ok_or_else(|| Error::not_found(Noun::Aggregate, id.to_string()))
}

fn one_zone_each(aggregates: &[Aggregate]) -> Result<()> {
    let mut zones: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for aggregate in aggregates {
        let Some(zone) = &aggregate.availability_zone else { continue };
        for host in &aggregate.hosts {
            let (other, by) = *zones.entry(host).or_insert((zone, &aggregate.name));
            if other != zone {
                return Err(in_use(host, format!("aggregate {by} in zone {other}")));
            }
        }
    }
    Ok(())
}

/// A host's instances were promised their zone.
fn stays(before: &Host, after: &Host) -> Result<()> {
    if before.instances == 0 || before.inventory.availability_zone == after.inventory.availability_zone {
        return Ok(());
    }
    let by = format!("instances in zone {}", before.inventory.availability_zone);
    Err(in_use(&before.inventory.host, by))
}

/// # Errors
/// As every name; and Nova writes `zone:host` where an administrator names a host, so that none may hold a colon.
fn zone_name(zone: &str) -> Result<String> {
    let zone = validate::name(ZONE, zone)?;
    match zone.contains(':') {
        true => Err(Error::on(ZONE, Reason::Malformed { why: "a zone's name cannot contain a colon".into() })),
        false => Ok(zone),
    }
}

fn in_use(host: &str, by: String) -> Error {
    Reason::InUse { noun: Noun::Host, id: host.to_owned(), by }.into()
}
